package dev.minnow.corpus.clean;

/** In how many documents each line occurs, within a fixed memory; for many threads, whose order does not matter. */
public final class LineCounts {
  /** Decides which lines are boilerplate among so many documents. */
  public BoilerplateLines freeze(long documents) {
    return BoilerplateLines.none();
  }

  /** All counts, for a later process to go on with. */
  public byte[] toBytes() {
    return new byte[0];
  }

  /** The counts of which {@link #toBytes} gave these bytes. */
  public static LineCounts fromBytes(byte[] bytes) {
    return new LineCounts();
  }
}
