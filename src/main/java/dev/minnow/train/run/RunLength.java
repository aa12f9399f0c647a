package dev.minnow.train.run;

import java.util.OptionalDouble;

/**
 * How long to train, where the options do not say the steps.
 *
 * @param minutes about how long the training takes
 * @param epochs how often the corpus is read
 */
public record RunLength(OptionalDouble minutes, OptionalDouble epochs) {
  /** As many steps as the options say. */
  public static final RunLength BY_STEPS = new RunLength(OptionalDouble.empty(), OptionalDouble.empty());

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if one is not above 0, or both are given
   */
  public RunLength {
    requirePositive("minutes", minutes);
    requirePositive("epochs", epochs);
    if (minutes.isPresent() && epochs.isPresent()) {
      throw new IllegalArgumentException("Minutes and epochs each say how long to train; give one of them.");
    }
  }

  private static void requirePositive(String unit, OptionalDouble value) {
    if (value.isPresent() && !(value.getAsDouble() > 0 && value.getAsDouble() < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("The " + unit + " to train must be above 0, not " + value.getAsDouble() + ".");
    }
  }
}
