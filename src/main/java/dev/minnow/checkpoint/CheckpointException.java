package dev.minnow.checkpoint;

import org.jspecify.annotations.Nullable;

/** A checkpoint that cannot be read or written; the message is one sentence that says what is wrong, where, and what to do. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
