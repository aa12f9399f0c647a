package dev.minnow.tokenizer.unicode;

/** Text from outside as messages show it. */
public final class Quotes {
  private static final int LONGEST_QUOTE = 120;

  private Quotes() {}

  /** Text from a file, made fit to print: quoted, on one line, of bounded length. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(c -> quoted.appendCodePoint(Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c));
    return quoted.append(text.codePointCount(0, text.length()) > LONGEST_QUOTE ? "...\"" : "\"").toString();
  }
}
