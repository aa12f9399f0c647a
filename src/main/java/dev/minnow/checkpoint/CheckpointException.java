package dev.minnow.checkpoint;

import org.jspecify.annotations.Nullable;

/** A checkpoint that cannot be read or written; the message is one sentence that says what is wrong, where, and what to do. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_QUOTE = 120;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Text from a file, made fit to print: quoted, on one line, of bounded length. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(c -> quoted.appendCodePoint(Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c));
    return quoted.append(text.codePointCount(0, text.length()) > LONGEST_QUOTE ? "...\"" : "\"").toString();
  }
}
