package dev.minnow.corpus.read;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Bounds what comes out of one compressed file, however many entries share its bytes: a guard against zip bombs. */
public final class ExpansionLimit {
  /** Text compresses 3 to 20 times, tables of numbers up to 100 times, deflate's most is 1,032 times. */
  static final int MOST_RATIO = 200;

  /** Small files may be repetitive. */
  static final long FREE_BYTES = 16 << 20;

  private final long compressedBytes;
  private long leftBytes;

  public ExpansionLimit(long compressedBytes) {
    this.compressedBytes = compressedBytes;
    this.leftBytes = mostBytes(compressedBytes);
  }

  /** The most that may come out of so many bytes. */
  public static long mostBytes(long compressedBytes) {
    return FREE_BYTES + compressedBytes * MOST_RATIO;
  }

  /** The stream, failing once more has come out of all that this limit guards than it allows. */
  public InputStream guard(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        requireLeft();
        int count = super.read(into, offset, length);
        leftBytes -= Math.max(count, 0);
        requireLeft();
        return count;
      }

      @Override
      public long skip(long count) throws IOException {
        // Skipped bytes are unpacked as well.
        return transferred(Math.min(count, 1 << 13));
      }

      private long transferred(long most) throws IOException {
        return Math.max(0, read(new byte[(int) most], 0, (int) most));
      }
    };
  }

  private void requireLeft() throws ReadingFault {
    if (leftBytes < 0) {
      throw new ReadingFault(
          ProblemKind.OVER_LIMIT,
          String.format(Locale.ROOT,
              "is packed in %d bytes that unpack to more than %d times that; if it really is text, unpack it first and give the folder.",
              compressedBytes, MOST_RATIO));
    }
  }
}
