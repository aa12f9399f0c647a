package dev.minnow.corpus.read;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a library unpacks, made safe: whatever it throws becomes a {@link ReadingFault} that every later read repeats, and it may not
 * swallow bytes without end before it gives some.
 */
final class UnpackedBytes extends InputStream {
  /** Makes the library's stream. */
  @FunctionalInterface
  interface Unpacking {
    InputStream open(InputStream packed) throws IOException;
  }

  /** Names and comments in headers, blocks without text: more than so much between two pieces of text is an attack. */
  private static final int MOST_SWALLOWED_BYTES = 1 << 20;

  /** Asked for at a time. A library that fails gives nothing of what it had unpacked until then, so not too much. */
  private static final int MOST_BYTES = 1 << 13;

  private final InputStream packed;
  private final InputStream unpacked;
  private final byte[] single = new byte[1];
  private long swallowedBytes;
  private @Nullable IOException fault;

  UnpackedBytes(InputStream packed, Unpacking unpacking) throws IOException {
    this.packed = packed;
    InputStream counted = new Swallowing(packed);
    try {
      this.unpacked = unpacking.open(counted);
    } catch (IOException | RuntimeException e) {
      packed.close();
      throw ReadingFault.of(e);
    }
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (fault != null) {
      throw fault;
    }
    try {
      int count = unpacked.read(into, offset, Math.min(length, MOST_BYTES));
      swallowedBytes = 0;
      return count;
    } catch (IOException | RuntimeException e) {
      fault = ReadingFault.of(e);
      throw fault;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      unpacked.close();
    } finally {
      packed.close();
    }
  }

  private final class Swallowing extends MeteredBytes {
    Swallowing(InputStream in) {
      super(in);
    }

    @Override
    void count(int bytes) throws ReadingFault {
      swallowedBytes += bytes;
      if (swallowedBytes > MOST_SWALLOWED_BYTES) {
        throw new ReadingFault(
            ProblemKind.OVER_LIMIT,
            "has more than " + MOST_SWALLOWED_BYTES + " bytes without any text in between; unpack it first and give the folder.");
      }
    }
  }
}
