package dev.minnow.corpus.clean;

/** In how many documents each line occurs, within a fixed memory; for many threads, whose order does not matter. */
public final class LineCounts {
  /** Decides which lines are boilerplate among so many documents. */
  public BoilerplateLines freeze(long documents) {
    return BoilerplateLines.none();
  }
}
