package dev.minnow.tokenizer;

/** Hears of work that takes a while, on the thread that asked for it. */
public interface WorkListener {
  /** Hears nothing. */
  WorkListener SILENT = new WorkListener() {};

  /** What is being done; {@code total} is 0 where it is not known. */
  default void working(String what, long done, long total) {}

  /** Something the user should know. */
  default void noticed(String sentence) {}
}
