package dev.minnow.tokenizer.unicode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** Unicode's normal form C of UTF-8 bytes; bytes that are not UTF-8 stay as they are. */
public final class ComposedForm {
  /**
   * All characters below U+0300 are in normal form C and join with nothing; from there on, characters start with this byte or a greater.
   */
  private static final int FIRST_BYTE = 0xCC;

  private ComposedForm() {}

  /** Whether {@code text[from, to)} surely is in normal form. */
  public static boolean isPlain(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if ((text[at] & 0xFF) >= FIRST_BYTE) {
        return false;
      }
    }
    return true;
  }

  /** The normal form of {@code text[from, to)}. */
  public static byte[] of(byte[] text, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
    int at = from;
    while (at < to) {
      int end = validEnd(text, at, to);
      String run = new String(text, at, end - at, StandardCharsets.UTF_8);
      out.writeBytes(Normalizer.normalize(run, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8));
      at = end;
      while (at < to && isMalformed(text, at, to)) {
        out.write(text[at++]);
      }
    }
    return out.toByteArray();
  }

  private static int validEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && !isMalformed(text, at, to)) {
      at += Utf8.decode(text, at, to) & 7;
    }
    return at;
  }

  private static boolean isMalformed(byte[] text, int at, int to) {
    return text[at] < 0 && (Utf8.decode(text, at, to) & 7) == 1;
  }
}
