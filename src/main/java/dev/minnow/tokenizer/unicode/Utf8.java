package dev.minnow.tokenizer.unicode;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Code points in UTF-8 bytes that nobody checked. */
public final class Utf8 {
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};
  private static final int MALFORMED = (0xFFFD << 3) | 1;

  private Utf8() {}

  /**
   * The character that starts at {@code at}: code point * 8 + its length in bytes. A byte that starts no valid character before
   * {@code to} counts as U+FFFD of length 1.
   */
  public static int decode(byte[] text, int at, int to) {
    int first = text[at] & 0xFF;
    if (first < 0x80) {
      return (first << 3) | 1;
    }
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || length > to - at) {
      return MALFORMED;
    }
    int codePoint = first & (0x7F >> length);
    for (int i = 1; i < length; i++) {
      int next = text[at + i];
      if ((next & 0xC0) != 0x80) {
        return MALFORMED;
      }
      codePoint = (codePoint << 6) | (next & 0x3F);
    }
    boolean overlong = (length == 3 && codePoint < 0x800) || (length == 4 && codePoint < 0x10000);
    boolean surrogate = codePoint >= 0xD800 && codePoint < 0xE000;
    return overlong || surrogate || codePoint > Character.MAX_CODE_POINT ? MALFORMED : (codePoint << 3) | length;
  }

  /** Where the character starts that ends before {@code end}: up to four bytes to the left, or one where those are no valid character. */
  public static int startBefore(byte[] text, int from, int end) {
    for (int start = Math.max(from, end - 4); start < end - 1; start++) {
      if ((decode(text, start, end) & 7) == end - start) {
        return start;
      }
    }
    return end - 1;
  }

  /** A string's UTF-8 bytes; a lone surrogate becomes U+FFFD as it does in other tokenizers, not Java's question mark. */
  public static byte[] encode(String text) {
    return hasLoneSurrogate(text) ? encodeReplacing(text) : text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean hasLoneSurrogate(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == length || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static byte[] encodeReplacing(String text) {
    try {
      ByteBuffer bytes =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .replaceWith(REPLACEMENT)
              .encode(CharBuffer.wrap(text));
      byte[] utf8 = new byte[bytes.remaining()];
      bytes.get(utf8);
      return utf8;
    } catch (CharacterCodingException impossible) {
      throw new AssertionError("An encoder that replaces cannot fail.", impossible);
    }
  }
}
