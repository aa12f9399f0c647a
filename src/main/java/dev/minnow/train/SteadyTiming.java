package dev.minnow.train;

import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
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

  /** The least of a stretch of a turn: several of the time slices in which a busy system hands out its processors. */
  private static final double LEAST_STRETCH_SECONDS = 0.05;

  /** The most that one operation is repeated for, for the sake of a slower one: in a second other programs take their usual part. */
  private static final double MOST_STRETCH_SECONDS = 1;

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
   * The seconds of one run of two operations that run by turns, so that programs beside this one take as much from either. In a turn both
   * run for as long as one run of the slower takes, but for the limits above; medians are those of the turns' means. There are as many
   * turns as are asked for at least, and so many that the first has run for so many seconds.
   *
   * @param operation runs once and returns its seconds; it is warm already
   * @param beside the same; what returns NaN is called once a turn
   */
  public static double[] mediansByTurns(DoubleSupplier operation, DoubleSupplier beside, int leastTurns, double leastSeconds) {
    DoubleArrayList means = new DoubleArrayList();
    DoubleArrayList besideMeans = new DoubleArrayList();
    for (double total = 0; means.size() < leastTurns || total < leastSeconds;) {
      double first = operation.getAsDouble();
      double besideFirst = beside.getAsDouble();
      double stretch = Math.clamp(besideFirst > first ? besideFirst : first, LEAST_STRETCH_SECONDS, MOST_STRETCH_SECONDS);
      means.add(mean(operation, first, stretch));
      besideMeans.add(mean(beside, besideFirst, stretch));
      total += Math.max(first, stretch);
    }
    return new double[] {median(means), median(besideMeans)};
  }

  /** The mean seconds of a run, of as many as fill a stretch, of which the first is over. */
  private static double mean(DoubleSupplier operation, double first, double stretch) {
    double total = first;
    int runs = 1;
    for (; total < stretch; runs++) {
      total += operation.getAsDouble();
    }
    return total / runs;
  }

  /**
   * The mean seconds of the later half of as many runs as fit into some seconds, and of three at least: what long work will take of the
   * time, the moments included in which other programs have the processors.
   *
   * @param operation runs once and returns its seconds
   */
  public static double lateMeanSeconds(DoubleSupplier operation, double mostSeconds) {
    DoubleArrayList seconds = new DoubleArrayList();
    int runs = 0;
    for (double total = 0; runs < LEAST_QUICK_RUNS || total < mostSeconds && runs < MOST_RUNS; total += seconds.getDouble(runs++)) {
      seconds.add(operation.getAsDouble());
    }
    return seconds.doubleStream().skip(runs / 2).average().orElseThrow();
  }

  /** A supplier of the seconds that an action takes. */
  public static DoubleSupplier seconds(Runnable action) {
    return () -> {
      long start = System.nanoTime();
      action.run();
      return (System.nanoTime() - start) / 1e9;
    };
  }

  /**
   * Runs an operation until it gets no faster.
   *
   * @param operation runs once and returns its seconds
   */
  public static void warmUp(DoubleSupplier operation) {
    double best = Double.POSITIVE_INFINITY;
    int steady = 0;
    for (int round = 0; round < MOST_ROUNDS && steady < STEADY_ROUNDS; round++) {
      double latest = median(operation, 1, ROUND_SECONDS);
      steady = latest > best * (1 - IMPROVEMENT) ? steady + 1 : 0;
      best = Math.min(best, latest);
    }
  }

  private static double median(DoubleSupplier operation, int leastRuns, double leastSeconds) {
    DoubleArrayList seconds = new DoubleArrayList();
    int runs = 0;
    for (double total = 0; runs < leastRuns || total < leastSeconds && runs < MOST_RUNS; total += seconds.getDouble(runs++)) {
      seconds.add(operation.getAsDouble());
    }
    return median(seconds);
  }

  /** Sorts some numbers and takes the middle. */
  private static double median(DoubleArrayList numbers) {
    numbers.sort(null);
    return (numbers.getDouble((numbers.size() - 1) / 2) + numbers.getDouble(numbers.size() / 2)) / 2;
  }
}
