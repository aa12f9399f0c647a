package dev.minnow.corpus.fetch;

/** Hears of downloads, on the thread that asked for them. */
public interface FetchListener {
  /** What is being done; {@code total} is 0 where it is not known. */
  default void preparing(String what, long done, long total) {}

  /** Something the user should know, such as what is fetched from where and its licence. */
  default void noticed(String sentence) {}
}
