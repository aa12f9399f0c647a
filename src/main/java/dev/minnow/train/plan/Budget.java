package dev.minnow.train.plan;

import org.jspecify.annotations.Nullable;

/**
 * What a run may take; what is null is not bounded.
 *
 * @param minutes of training
 * @param memoryBytes resident at the peak
 * @param parameters of the model
 */
public record Budget(@Nullable Double minutes, @Nullable Long memoryBytes, @Nullable Long parameters) {
  public Budget {
    if (minutes != null && !(minutes > 0 && minutes < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("--minutes must be above 0, not " + minutes + ".");
    }
    if (parameters != null && parameters < 1) {
      throw new IllegalArgumentException("--parameters must be at least 1, not " + parameters + ".");
    }
  }

  /** Whether anything is bounded. */
  public boolean isBounded() {
    return minutes != null || memoryBytes != null || parameters != null;
  }
}
