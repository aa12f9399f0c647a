package dev.minnow.cli;

import dev.minnow.kernel.meter.LimitMeter;
import dev.minnow.train.SteadyTiming;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How fast something is beside what the machine could do at most in the same moments: medians of two measurements by turns, whose quotient
 * is the share, so that the three numbers agree with each other.
 *
 * @param rate billions a second
 * @param limit the same; NaN where it cannot be measured
 */
record LimitedRate(double rate, double limit) {
  /**
   * Measures an operation that is warm.
   *
   * @param operation runs once and returns its seconds
   * @param work of one run, in what the meter counts
   */
  static LimitedRate measured(DoubleSupplier operation, double work, @Nullable LimitMeter meter, int leastTurns, double leastSeconds) {
    DoubleSupplier beside = meter == null ? () -> Double.NaN : SteadyTiming.seconds(meter::run);
    double[] seconds = SteadyTiming.mediansByTurns(operation, beside, leastTurns, leastSeconds);
    return new LimitedRate(work / seconds[0] / 1e9, (meter == null ? Double.NaN : meter.work()) / seconds[1] / 1e9);
  }

  /** NaN where there is no limit. */
  double share() {
    return rate / limit;
  }

  /**
   * Such as "45 GFLOP/s, 50 % of the 90 GFLOP/s of 2 threads without memory", or the rate alone.
   *
   * @param how so many threads come to the limit
   */
  String text(String unit, int threads, String how) {
    String alone = TextTable.number(rate, 3) + " " + unit;
    if (Double.isNaN(limit)) {
      return alone;
    }
    String of = TextTable.number(limit, 3) + " " + unit;
    String who = threads == 1 ? "one thread" : threads + " threads";
    return String.format(Locale.ROOT, "%s, %s %% of the %s of %s %s", alone, TextTable.number(100 * share(), 2), of, who, how);
  }
}
