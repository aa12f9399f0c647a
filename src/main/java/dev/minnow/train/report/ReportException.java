package dev.minnow.train.report;

import org.jspecify.annotations.Nullable;

/** A report that cannot be made; the message is one sentence that says what is wrong, where, and what to do. */
public final class ReportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReportException(String message) {
    super(message);
  }

  ReportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
