package dev.minnow.train;

import java.util.Locale;

/** How the learning rate goes after a linear warm-up. */
public enum Schedule {
  /** Stays at the peak. */
  CONSTANT,
  /** Falls along half a cosine from the peak to the minimum (Loshchilov and Hutter, "SGDR", without restarts). */
  COSINE;

  /**
   * The rate of one step.
   *
   * @param step counted from 1
   * @param steps the run's total
   * @param warmup steps of linear rise; the first has 1/warmup of the peak
   * @param peak the highest rate
   * @param minimum the rate at the last step
   */
  public double rate(long step, long steps, long warmup, double peak, double minimum) {
    if (step <= warmup) {
      return peak * step / warmup;
    }
    return switch (this) {
      case CONSTANT -> peak;
      case COSINE -> {
        double progress = Math.min(1, (double) (step - warmup) / Math.max(1, steps - warmup));
        yield minimum + (peak - minimum) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress));
      }
    };
  }

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
