package dev.minnow.corpus.clean;

import dev.minnow.corpus.CorpusException;
import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.io.FastByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

  /**
   * All counts, for a later process to go on with: for each that is not zero how many zeros come before it and what it is, both as numbers
   * of 7 bits a byte, the lowest first.
   */
  public byte[] toBytes() {
    FastByteArrayOutputStream out = new FastByteArrayOutputStream();
    int zeros = 0;
    for (int i = 0; i < counts.length(); i++) {
      int count = counts.get(i);
      if (count == 0) {
        zeros++;
      } else {
        write(out, zeros);
        write(out, count);
        zeros = 0;
      }
    }
    return Arrays.copyOf(out.array, out.length);
  }

  private static void write(FastByteArrayOutputStream out, int number) {
    int left = number;
    for (; left > 0x7F; left >>>= 7) {
      out.write(left | 0x80);
    }
    out.write(left);
  }

  /**
   * The counts of which {@link #toBytes} gave these bytes.
   *
   * @throws CorpusException if there are none
   */
  public static LineCounts fromBytes(byte[] bytes) {
    LineCounts lines = new LineCounts();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long cell = -1;
    try {
      while (in.hasRemaining()) {
        cell += 1 + read(in);
        lines.counts.set((int) Math.min(cell, Integer.MAX_VALUE), (int) read(in));
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new CorpusException("The counts of lines on disk are damaged; prepare the corpus again.", e);
    }
    return lines;
  }

  private static long read(ByteBuffer in) {
    long number = 0;
    int shift = 0;
    byte next;
    do {
      next = in.get();
      number |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0 && shift < Integer.SIZE);
    return number;
  }
}
