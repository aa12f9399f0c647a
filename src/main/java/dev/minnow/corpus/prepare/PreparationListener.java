package dev.minnow.corpus.prepare;

/** Hears what a preparation does, on its own thread. */
public interface PreparationListener {
  /** Hears nothing. */
  PreparationListener SILENT = new PreparationListener() {};

  /** What is being done; {@code total} is 0 where it is not known. */
  default void working(String what, long done, long total) {}

  /** Something the user should know. */
  default void noticed(String sentence) {}
}
