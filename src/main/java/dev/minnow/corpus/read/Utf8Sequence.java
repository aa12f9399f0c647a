package dev.minnow.corpus.read;

/** Well-formed UTF-8, as table 3-7 of the Unicode Standard has it. */
final class Utf8Sequence {
  private Utf8Sequence() {}

  /**
   * What stands at a byte beyond ASCII.
   *
   * @param whole whether the text ends at {@code end}
   * @return the length of the character there; or minus the length of what is none, in bytes that one U+FFFD replaces (a maximal subpart,
   *     section 3.9 of the standard); or 0 if the bytes after {@code end} decide
   */
  static int length(byte[] bytes, int at, int end, boolean whole) {
    int lead = bytes[at] & 0xFF;
    int length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (length == 1) {
      return -1;
    }
    // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < length; i++) {
      if (at + i == end) {
        return whole ? -i : 0;
      }
      int next = bytes[at + i] & 0xFF;
      if (next < least || next > most) {
        return -i;
      }
      least = 0x80;
      most = 0xBF;
    }
    return length;
  }
}
