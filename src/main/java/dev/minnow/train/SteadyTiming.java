package dev.minnow.train;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * Times an operation that is run again and again: first until compilers and clock rates have settled, then as often as the measurement
 * takes. A median does not see the moments in which other programs had the processors.
 */
public final class SteadyTiming {
  private static final double ROUND_SECONDS = 0.5;

  /** A round that is less than this share faster than the best before is not an improvement any more. */
  private static final double IMPROVEMENT = 0.03;

  /** Rounds without improvement in a row that end the warm-up: on a busy machine compiled code may be two seconds late. */
  private static final int STEADY_ROUNDS = 4;

  private static final int MOST_ROUNDS = 40;

  /** More runs of one measurement would make the median no better. */
  private static final int MOST_RUNS = 100_000;

  private static final int LEAST_QUICK_RUNS = 3;

  private SteadyTiming() {}

  /**
   * The median seconds of one run, over at least this many runs and seconds.
   *
   * @param operation runs once and returns its seconds
   */
  public static double medianSeconds(DoubleSupplier operation, int leastRuns, double leastSeconds) {
    warmUp(operation);
    return median(operation, leastRuns, leastSeconds);
  }

  /**
   * The mean seconds of the later half of as many runs as fit into some seconds, and of three at least: what long work will take of the
   * time, the moments included in which other programs have the processors.
   *
   * @param operation runs once and returns its seconds
   */
  public static double lateMeanSeconds(DoubleSupplier operation, double mostSeconds) {
    double[] seconds = new double[LEAST_QUICK_RUNS];
    int runs = 0;
    for (double total = 0; runs < LEAST_QUICK_RUNS || total < mostSeconds && runs < MOST_RUNS; total += seconds[runs++]) {
      if (runs == seconds.length) {
        seconds = Arrays.copyOf(seconds, 2 * runs);
      }
      seconds[runs] = operation.getAsDouble();
    }
    return Arrays.stream(seconds, runs / 2, runs).average().orElseThrow();
  }

  /** A supplier of the seconds that an action takes. */
  public static DoubleSupplier seconds(Runnable action) {
    return () -> {
      long start = System.nanoTime();
      action.run();
      return (System.nanoTime() - start) / 1e9;
    };
  }

  private static void warmUp(DoubleSupplier operation) {
    double best = Double.POSITIVE_INFINITY;
    int steady = 0;
    for (int round = 0; round < MOST_ROUNDS && steady < STEADY_ROUNDS; round++) {
      double latest = median(operation, 1, ROUND_SECONDS);
      steady = latest > best * (1 - IMPROVEMENT) ? steady + 1 : 0;
      best = Math.min(best, latest);
    }
  }

  private static double median(DoubleSupplier operation, int leastRuns, double leastSeconds) {
    double[] seconds = new double[leastRuns];
    int runs = 0;
    double total = 0;
    while (runs < leastRuns || total < leastSeconds && runs < MOST_RUNS) {
      if (runs == seconds.length) {
        seconds = Arrays.copyOf(seconds, 2 * runs);
      }
      seconds[runs] = operation.getAsDouble();
      total += seconds[runs++];
    }
    return median(seconds, 0, runs);
  }

  /** Sorts and takes the middle of a part of some numbers. */
  private static double median(double[] numbers, int from, int to) {
    Arrays.sort(numbers, from, to);
    return (numbers[(from + to - 1) / 2] + numbers[(from + to) / 2]) / 2;
  }
}
