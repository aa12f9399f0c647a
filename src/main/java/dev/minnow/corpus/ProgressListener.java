package dev.minnow.corpus;

/** Hears how far reading has come. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Called now and then on the thread that reads.
   *
   * @param doneBytes bytes of text behind
   * @param totalBytes bytes of text in all: exact once the corpus was read, an estimate before
   */
  void update(long doneBytes, long totalBytes);
}
