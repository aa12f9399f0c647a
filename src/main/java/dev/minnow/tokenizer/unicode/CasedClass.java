package dev.minnow.tokenizer.unicode;

/**
 * What the patterns of cl100k and o200k distinguish, one bit each, so that a test for any of several is one {@code &}. Every code point
 * has exactly one bit.
 */
public final class CasedClass {
  /** {@code \p{Lu}} and {@code \p{Lt}}. */
  public static final int UPPER = 1;

  /** {@code \p{Ll}}. */
  public static final int LOWER = 1 << 1;

  /** {@code \p{Lm}} and {@code \p{Lo}}: letters without case. */
  public static final int UNCASED = 1 << 2;

  /** {@code \p{M}}. */
  public static final int MARK = 1 << 3;

  /** {@code \p{N}}. */
  public static final int NUMBER = 1 << 4;

  /** Carriage return and line feed. */
  public static final int NEWLINE = 1 << 5;

  /** White space that is no newline. */
  public static final int SPACE = 1 << 6;

  static final int OTHER = 1 << 7;

  /** {@code \p{L}}. */
  public static final int LETTER = UPPER | LOWER | UNCASED;

  /** {@code [^\s\p{L}\p{N}]}. */
  public static final int SYMBOL = MARK | OTHER;

  /** {@code \s}. */
  public static final int WHITE_SPACE = NEWLINE | SPACE;

  /** Bit by code point, 0 until first asked for; a race only computes the same byte twice. */
  private static final byte[] BASIC_PLANE = new byte[0x10000];

  /** Bit of each ASCII character times 8, plus 1: what {@link #at} says of it, so that most bytes cost one load. */
  private static final short[] ASCII = new short[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = (short) (classify(c) << 3 | 1);
    }
  }

  private CasedClass() {}

  /** The bit of the character at {@code at}, times 8, plus its length in bytes. */
  public static int at(byte[] text, int at, int to) {
    byte ascii = text[at];
    return ascii >= 0 ? ASCII[ascii] : decoded(Utf8.decode(text, at, to));
  }

  /** Where the run of characters of any of these classes ends that begins at {@code from}. */
  public static int runEnd(byte[] text, int from, int to, int classes) {
    int at = from;
    while (at < to) {
      byte ascii = text[at];
      // The next place must not wait for the load of a length.
      if (ascii >= 0) {
        if ((ASCII[ascii] >> 3 & classes) == 0) {
          return at;
        }
        at++;
      } else {
        int found = decoded(Utf8.decode(text, at, to));
        if ((found >> 3 & classes) == 0) {
          return at;
        }
        at += found & 7;
      }
    }
    return at;
  }

  /** The bit of a code point. */
  static int of(int codePoint) {
    if (codePoint >= BASIC_PLANE.length) {
      return classify(codePoint);
    }
    byte known = BASIC_PLANE[codePoint];
    if (known == 0) {
      known = (byte) classify(codePoint);
      BASIC_PLANE[codePoint] = known;
    }
    return known & 0xFF;
  }

  private static int decoded(int codePointAndLength) {
    return of(codePointAndLength >> 3) << 3 | codePointAndLength & 7;
  }

  private static int classify(int codePoint) {
    return switch (CharacterClass.of(codePoint)) {
      case CharacterClass.LETTER -> switch (Character.getType(codePoint)) {
        case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UPPER;
        case Character.LOWERCASE_LETTER -> LOWER;
        default -> UNCASED;
      };
      case CharacterClass.NUMBER -> NUMBER;
      case CharacterClass.WHITE_SPACE -> codePoint == '\n' || codePoint == '\r' ? NEWLINE : SPACE;
      default -> switch (Character.getType(codePoint)) {
        case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> MARK;
        default -> OTHER;
      };
    };
  }
}
