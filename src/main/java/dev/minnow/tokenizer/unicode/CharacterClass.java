package dev.minnow.tokenizer.unicode;

/**
 * What the split patterns distinguish: {@code \p{L}}, {@code \p{N}}, {@code \s} and the rest. White space is Unicode's White_Space
 * property, 25 code points; {@link Character#isWhitespace} is another set.
 */
public final class CharacterClass {
  public static final byte LETTER = 1;
  static final byte NUMBER = 2;
  public static final byte WHITE_SPACE = 3;
  static final byte OTHER = 4;

  private static final int LETTERS =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;
  private static final int NUMBERS = 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.LETTER_NUMBER | 1 << Character.OTHER_NUMBER;

  /** Class by code point, 0 until first asked for; a race only computes the same byte twice. */
  private static final byte[] BASIC_PLANE = new byte[0x10000];

  private CharacterClass() {}

  /** The class of a code point. */
  public static byte of(int codePoint) {
    if (codePoint >= BASIC_PLANE.length) {
      return classify(codePoint);
    }
    byte known = BASIC_PLANE[codePoint];
    if (known == 0) {
      known = classify(codePoint);
      BASIC_PLANE[codePoint] = known;
    }
    return known;
  }

  /** Whether the character that ends before {@code at}, where another starts, is white space. */
  public static boolean isWhiteSpaceBefore(byte[] text, int at) {
    if (text[at - 1] >= 0) {
      return of(text[at - 1]) == WHITE_SPACE;
    }
    for (int length = 2; length <= 3 && length <= at; length++) {
      int decoded = Utf8.decode(text, at - length, at);
      if ((decoded & 7) == length) {
        return of(decoded >> 3) == WHITE_SPACE;
      }
    }
    return false;
  }

  private static byte classify(int codePoint) {
    int type = 1 << Character.getType(codePoint);
    if ((type & LETTERS) != 0) {
      return LETTER;
    }
    if ((type & NUMBERS) != 0) {
      return NUMBER;
    }
    return isWhiteSpace(codePoint) ? WHITE_SPACE : OTHER;
  }

  private static boolean isWhiteSpace(int codePoint) {
    return switch (codePoint) {
      case 0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
      default -> codePoint >= 0x2000 && codePoint <= 0x200A;
    };
  }
}
