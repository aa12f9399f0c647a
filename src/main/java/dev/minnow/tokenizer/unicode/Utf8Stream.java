package dev.minnow.tokenizer.unicode;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text from tokens that arrive one by one: whole characters only. The first bytes of a character are held back until its last arrives;
 * bytes that can never become a character give U+FFFD. For one thread at a time.
 */
public final class Utf8Stream {
  private static final int LONGEST_TAIL = 3;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** The bytes held back. */
  private byte[] tail = new byte[0];

  /** Takes a token's bytes and returns the characters that are whole now, often none. */
  public String accept(byte[] bytes) {
    return decode(bytes, false);
  }

  /** The end: what was held back is no character, and gives U+FFFD. Afterwards a new text may begin. */
  public String finish() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] bytes, boolean end) {
    ByteBuffer in = ByteBuffer.allocate(tail.length + bytes.length).put(tail).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.reset();
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
    }
    assert in.remaining() <= LONGEST_TAIL : "A tail is shorter than a character.";
    tail = new byte[in.remaining()];
    in.get(tail);
    return out.flip().toString();
  }
}
