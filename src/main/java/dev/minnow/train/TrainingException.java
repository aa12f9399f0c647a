package dev.minnow.train;

/** A training run cannot start or go on; the message says why and what to do. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TrainingException(String message) {
    super(message);
  }
}
