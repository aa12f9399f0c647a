package dev.minnow.corpus.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** Characters as bytes of UTF-8, with U+FFFD for half surrogate pairs. */
final class Utf8Bytes extends InputStream {
  private static final int CHARACTERS = 1 << 13;

  private final Reader reader;
  private final LongConsumer replaced;
  private final CharsetEncoder encoder =
      StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
  private final CharBuffer characters = CharBuffer.allocate(CHARACTERS).flip();
  private final ByteBuffer ready = ByteBuffer.allocate(3 * CHARACTERS).flip();
  private boolean exhausted;

  /**
   * A stream.
   *
   * @param replaced hears how many times U+FFFD was put in
   */
  Utf8Bytes(Reader reader, LongConsumer replaced) {
    this.reader = reader;
    this.replaced = replaced;
  }

  @Override
  public int read() throws IOException {
    return fill() ? ready.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, ready.remaining());
    ready.get(into, offset, count);
    return count;
  }

  /** Makes a byte ready, unless the text ends. */
  private boolean fill() throws IOException {
    while (!ready.hasRemaining() && !(exhausted && !characters.hasRemaining())) {
      if (!exhausted) {
        characters.compact();
        int count = characters(characters.array(), characters.position(), characters.remaining());
        exhausted = count < 0;
        characters.position(characters.position() + Math.max(count, 0)).flip();
      }
      ready.clear();
      CoderResult result = encoder.encode(characters, ready, exhausted);
      while (result.isError() && ready.remaining() >= 3) {
        ready.put((byte) 0xEF).put((byte) 0xBF).put((byte) 0xBD);
        characters.position(characters.position() + result.length());
        replaced.accept(1);
        result = encoder.encode(characters, ready, exhausted);
      }
      ready.flip();
    }
    return ready.hasRemaining();
  }

  private int characters(char[] into, int offset, int length) throws IOException {
    try {
      return reader.read(into, offset, length);
    } catch (RuntimeException e) {
      // Of a library that meets what it does not expect.
      throw ReadingFault.damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
