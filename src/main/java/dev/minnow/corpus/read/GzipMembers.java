package dev.minnow.corpus.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What is in a gzip file, one member after the other (RFC 1952). All that could be unpacked is given before a failure is thrown, be it of
 * the packed bytes, of a checksum, or of what follows a member; NULs to the end of the file are padding. The JDK's own stream takes a
 * damaged second member for padding, and it and others give nothing of the buffer in which they find damage. Not to be read after a
 * failure.
 */
final class GzipMembers extends InputStream {
  private static final int MAGIC = 0x8B1F;
  private static final int DEFLATED = 8;

  /** Flags of a header, in the order of what they announce. */
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int CHECKSUM = 2;
  private static final int RESERVED = 0xE0;

  /** The time, how well it was packed and on which system. */
  private static final int UNUSED_BYTES = 6;

  private final InputStream packed;
  private final Inflater inflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[1 << 13];
  private final byte[] single = new byte[1];
  private int at;
  private int end;
  private boolean atEnd;

  /** @throws IOException if it does not begin as a member does */
  GzipMembers(InputStream packed) throws IOException {
    this.packed = packed;
    readHeader(next());
    this.inflater = new Inflater(true);
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = 0;
    while (count == 0 && length > 0 && !atEnd) {
      if (inflater.finished()) {
        endMember();
      } else {
        count = inflate(into, offset, length);
      }
    }
    checksum.update(into, offset, count);
    return atEnd ? -1 : count;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    packed.close();
  }

  /** Gives what there is, before it asks for more input; 0 at the end of a member. */
  private int inflate(byte[] into, int offset, int length) throws IOException {
    long before = inflater.getBytesWritten();
    try {
      int count = inflater.inflate(into, offset, length);
      while (count == 0 && !inflater.finished()) {
        requireInput();
        inflater.setInput(buffer, at, end - at);
        at = end;
        count = inflater.inflate(into, offset, length);
      }
      return count;
    } catch (DataFormatException e) {
      int count = (int) (inflater.getBytesWritten() - before);
      if (count == 0) {
        throw new IOException(e.getMessage(), e);
      }
      // The next call fails again.
      return count;
    }
  }

  private void endMember() throws IOException {
    at = end - inflater.getRemaining();
    if (littleEndian(4) != checksum.getValue() || littleEndian(4) != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
      throw new IOException("the checksum or the length does not agree");
    }
    int first = firstOfNext();
    atEnd = first < 0;
    if (!atEnd) {
      inflater.reset();
      checksum.reset();
      readHeader(first);
    }
  }

  /** The first byte of the next member; -1 where there are only NULs, or nothing. */
  private int firstOfNext() throws IOException {
    int first = 0;
    while (first == 0) {
      if (at == end && !fill()) {
        return -1;
      }
      first = next();
    }
    return first;
  }

  private void readHeader(int first) throws IOException {
    if ((first | next() << 8) != MAGIC) {
      throw new IOException("what is there is no gzip header");
    }
    int method = next();
    int flags = next();
    if (method != DEFLATED || (flags & RESERVED) != 0) {
      throw new IOException("a method or flags of gzip that nobody knows");
    }
    pass(UNUSED_BYTES);
    if ((flags & EXTRA) != 0) {
      pass((int) littleEndian(2));
    }
    if ((flags & NAME) != 0) {
      passString();
    }
    if ((flags & COMMENT) != 0) {
      passString();
    }
    if ((flags & CHECKSUM) != 0) {
      pass(2);
    }
  }

  private void pass(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  /** Passes over a string and the NUL that ends it. */
  private void passString() throws IOException {
    int last;
    do {
      last = next();
    } while (last != 0);
  }

  private long littleEndian(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private int next() throws IOException {
    requireInput();
    return buffer[at++] & 0xFF;
  }

  private void requireInput() throws IOException {
    if (at == end && !fill()) {
      throw new EOFException("Unexpected end of gzip data");
    }
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, packed.read(buffer, 0, buffer.length));
    return end > 0;
  }
}
