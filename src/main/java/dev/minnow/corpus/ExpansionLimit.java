package dev.minnow.corpus;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bounds what comes out of one compressed file, however many entries share its bytes: a guard against zip bombs. */
final class ExpansionLimit {
  /** Text compresses 3 to 20 times, tables of numbers up to 100 times, deflate's most is 1,032 times. */
  static final int MOST_RATIO = 200;

  /** Small files may be repetitive. */
  static final long FREE_BYTES = 16 << 20;

  private final String name;
  private final long compressedBytes;
  private long leftBytes;

  ExpansionLimit(String name, long compressedBytes) {
    this.name = name;
    this.compressedBytes = compressedBytes;
    this.leftBytes = mostBytes(compressedBytes);
  }

  static long mostBytes(long compressedBytes) {
    return FREE_BYTES + compressedBytes * MOST_RATIO;
  }

  /** The stream, failing once more has come out than the limit allows. */
  InputStream guard(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        leftBytes -= Math.max(count, 0);
        if (leftBytes < 0) {
          throw new CorpusException(
              "%s holds %d bytes and unpacks to more than %d times that; if it really is text, unpack it first and give the folder."
                  .formatted(name, compressedBytes, MOST_RATIO));
        }
        return count;
      }
    };
  }
}
