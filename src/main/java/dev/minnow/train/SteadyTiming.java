package dev.minnow.train;

import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

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
    return medians(leastRuns, leastSeconds, operation)[0];
  }

  /**
   * The median seconds of two operations that run by turns, so that programs beside this one take as much from either: of as many turns
   * as are asked for at least, and until the first has run for so many seconds.
   *
   * @param operation runs once and returns its seconds; it is warmed up before
   * @param beside the same; it needs no warm-up
   */
  public static double[] mediansByTurns(DoubleSupplier operation, DoubleSupplier beside, int leastRuns, double leastSeconds) {
    warmUp(operation);
    return medians(leastRuns, leastSeconds, operation, beside);
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

  private static void warmUp(DoubleSupplier operation) {
    double best = Double.POSITIVE_INFINITY;
    int steady = 0;
    for (int round = 0; round < MOST_ROUNDS && steady < STEADY_ROUNDS; round++) {
      double latest = medians(1, ROUND_SECONDS, operation)[0];
      steady = latest > best * (1 - IMPROVEMENT) ? steady + 1 : 0;
      best = Math.min(best, latest);
    }
  }

  private static double[] medians(int leastRuns, double leastSeconds, DoubleSupplier... operations) {
    DoubleArrayList[] seconds = Stream.generate(DoubleArrayList::new).limit(operations.length).toArray(DoubleArrayList[]::new);
    int runs = 0;
    for (double total = 0; runs < leastRuns || total < leastSeconds && runs < MOST_RUNS; total += seconds[0].getDouble(runs++)) {
      for (int i = 0; i < operations.length; i++) {
        seconds[i].add(operations[i].getAsDouble());
      }
    }
    return Arrays.stream(seconds).mapToDouble(SteadyTiming::median).toArray();
  }

  /** Sorts some numbers and takes the middle. */
  private static double median(DoubleArrayList numbers) {
    numbers.sort(null);
    return (numbers.getDouble((numbers.size() - 1) / 2) + numbers.getDouble(numbers.size() / 2)) / 2;
  }
}
