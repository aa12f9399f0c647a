package dev.minnow.cli;

import java.io.IOException;
import java.util.Locale;

/** Standard output does not take any more. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  OutputException(IOException cause) {
    super("Standard output cannot be written: " + cause.getMessage() + ".", cause);
    reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
  }

  /** Whether the reader of a pipe has seen enough, as {@code head} does: no error of this side. */
  boolean readerLeft() {
    return reason.contains("broken pipe") || reason.contains("pipe is being closed") || reason.contains("pipe has been ended");
  }
}
