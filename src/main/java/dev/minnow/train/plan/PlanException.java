package dev.minnow.train.plan;

/** A plan that cannot be made, in one sentence. */
public final class PlanException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PlanException(String message) {
    super(message);
  }
}
