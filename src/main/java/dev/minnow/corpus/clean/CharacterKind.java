package dev.minnow.corpus.clean;

/** What characters are counted as. */
public enum CharacterKind {
  /** a to z and A to Z. */
  ASCII_LETTER,
  /** Letters beyond ASCII, and the marks that belong to them. */
  OTHER_LETTER,
  /** Digits and other numbers. */
  NUMBER,
  PUNCTUATION,
  /** Of currencies, mathematics, and pictures such as emoji. */
  SYMBOL,
  WHITE_SPACE,
  /** Control characters, private use and what Unicode has not assigned. */
  OTHER;

  /** The kind of a code point. */
  public static CharacterKind of(int c) {
    if (c < 0x80 && (c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
      return ASCII_LETTER;
    }
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      return WHITE_SPACE;
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER, Character.MODIFIER_LETTER,
          Character.OTHER_LETTER, Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
        OTHER_LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
      case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION, Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION, Character.OTHER_PUNCTUATION ->
        PUNCTUATION;
      case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL -> SYMBOL;
      default -> OTHER;
    };
  }
}
