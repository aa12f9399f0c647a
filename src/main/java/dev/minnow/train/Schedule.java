package dev.minnow.train;

import java.util.Locale;

/** How the learning rate goes after a linear warm-up. */
public enum Schedule {
  /** Stays at the peak. */
  CONSTANT,
  /** Falls along half a cosine from the peak to the minimum (Loshchilov and Hutter, "SGDR", without restarts). */
  COSINE,
  /** Falls linearly from the peak to the minimum. */
  LINEAR,
  /** Warm-up, stable, decay: stays at the peak and falls linearly to the minimum over the last fifth (Hu et al., "MiniCPM"). */
  WSD,
  /** Falls with the inverse square root of the step, and has no minimum (Vaswani et al., "Attention Is All You Need"). */
  INVERSE_SQRT;

  /** The share of all steps in which {@link #WSD} decays. */
  private static final double DECAY_SHARE = 0.2;

  /**
   * The rate of one step.
   *
   * @param step counted from 1
   * @param steps the run's total
   * @param warmup steps of linear rise; the first has 1/warmup of the peak
   * @param peak the highest rate
   * @param minimum the rate at the last step, for the schedules that have one
   */
  public double rate(long step, long steps, long warmup, double peak, double minimum) {
    if (step <= warmup) {
      return peak * step / warmup;
    }
    return switch (this) {
      case CONSTANT -> peak;
      case COSINE -> minimum + (peak - minimum) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress(step, steps, warmup)));
      case LINEAR -> peak + (minimum - peak) * progress(step, steps, warmup);
      case WSD -> peak + (minimum - peak) * progress(step, steps, Math.max(warmup, steps - Math.max(1, Math.round(DECAY_SHARE * steps))));
      case INVERSE_SQRT -> peak * Math.sqrt((double) Math.max(1, warmup) / step);
    };
  }

  /** How much of a fall that begins after {@code start} is done: 0 before, 1 at the last step. */
  private static double progress(long step, long steps, long start) {
    return Math.clamp((double) (step - start) / Math.max(1, steps - start), 0, 1);
  }

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
