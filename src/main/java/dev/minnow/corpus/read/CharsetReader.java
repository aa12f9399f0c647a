package dev.minnow.corpus.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.LongConsumer;

/** Characters of any encoding, with U+FFFD for what is none. */
final class CharsetReader extends Reader {
  private final InputStream in;
  private final CharsetDecoder decoder;
  private final LongConsumer replaced;
  private final int mostSkipped;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 13).flip();
  private boolean exhausted;
  private boolean finished;

  /**
   * A reader.
   *
   * @param replaced hears how many times U+FFFD was put in
   */
  CharsetReader(InputStream in, Charset charset, LongConsumer replaced) {
    this.in = in;
    this.replaced = replaced;
    this.decoder =
        charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    // The decoder of UTF-16 calls half a surrogate pair and the innocent character after it malformed together.
    this.mostSkipped = charset.name().startsWith("UTF-16") ? 2 : Integer.MAX_VALUE;
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    CharBuffer out = CharBuffer.wrap(into, offset, length);
    // A pair of surrogates needs two places, and a reader may be asked for one.
    while (out.position() == offset && !finished) {
      CoderResult result = decoder.decode(bytes, out, exhausted);
      if (result.isError()) {
        out.put('\uFFFD');
        bytes.position(bytes.position() + Math.min(result.length(), mostSkipped));
        replaced.accept(1);
      } else if (result.isUnderflow() && exhausted) {
        finished = true;
      } else if (result.isUnderflow()) {
        fill();
      } else {
        break;
      }
    }
    int count = out.position() - offset;
    return count == 0 && finished ? -1 : count;
  }

  private void fill() throws IOException {
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    exhausted = count < 0;
    bytes.position(bytes.position() + Math.max(count, 0)).flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
