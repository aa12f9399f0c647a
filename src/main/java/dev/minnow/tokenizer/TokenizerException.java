package dev.minnow.tokenizer;

import java.io.IOException;

/** A tokenizer file that is missing, damaged or asks for something that is not supported; the message is one sentence for a person. */
public final class TokenizerException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 60;

  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Text from a file, made fit to print: quoted, on one line, of bounded length. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(c -> quoted.appendCodePoint(Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c));
    return quoted.append(text.codePointCount(0, text.length()) > LONGEST_QUOTE ? "...\"" : "\"").toString();
  }
}
