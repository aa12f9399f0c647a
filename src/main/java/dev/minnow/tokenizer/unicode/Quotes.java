package dev.minnow.tokenizer.unicode;

/** Text from outside as messages show it. */
public final class Quotes {
  private static final int LONGEST_QUOTE = 120;

  private Quotes() {}

  /** Text from a file, made fit to print: quoted, on one line, of bounded length. */
  public static String quote(String text) {
    return "\"" + plain(text, LONGEST_QUOTE) + "\"";
  }

  /** The same without quotes, with so many characters at most. */
  public static String plain(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(longest)
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c));
    return shown.append(text.codePointCount(0, text.length()) > longest ? "..." : "").toString();
  }
}
