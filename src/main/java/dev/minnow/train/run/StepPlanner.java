package dev.minnow.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/** Turns minutes or epochs into a number of steps. */
public final class StepPlanner {
  /** Seconds of one round of rehearsals, whose median counts. */
  private static final double ROUND_SECONDS = 1;

  private static final int ROUND_REHEARSALS = 3;

  /** A round that is less than this share faster than the best before says that the compiler is done with the kernels. */
  private static final double IMPROVEMENT = 0.03;

  /** Rounds without improvement in a row that end the rehearsal: the compiler's last stage may come seconds after the one before. */
  private static final int STEADY_ROUNDS = 2;

  /** The rehearsal's share of the time, at most. */
  private static final double LONGEST_SHARE = 0.2;

  /** Evaluations of a run by default, as {@link dev.minnow.train.option.RunOptions#withSteps} spreads them. */
  private static final int EVALUATIONS = 10;

  /** What saving, samples and a machine that warms up add to a step. */
  private static final double OVERHEAD = 1.05;

  /** Seconds of a rehearsal that is long enough, about. */
  private static final double REHEARSAL_SECONDS = 4.5;

  private StepPlanner() {}

  /**
   * How many steps a run of some minutes will find it has time for, about, where these times are known.
   *
   * @param stepSeconds of a whole step
   * @param evaluationSeconds of one evaluation
   */
  public static long expectedSteps(double minutes, double stepSeconds, double evaluationSeconds) {
    double seconds = minutes * 60;
    double rehearsal = Math.min(LONGEST_SHARE * seconds, REHEARSAL_SECONDS);
    double left = seconds - rehearsal - (2 + EVALUATIONS) * evaluationSeconds;
    return Math.max(1, (long) (left / (stepSeconds * OVERHEAD)));
  }

  /** Minutes that a run of so many steps takes, about, with its evaluations. */
  public static double expectedMinutes(long steps, double stepSeconds, double evaluationSeconds) {
    return (steps * stepSeconds * OVERHEAD + EVALUATIONS * evaluationSeconds) / 60;
  }

  static long forEpochs(double epochs, long windowsPerEpoch, long windowsPerStep) {
    return Math.max(1, Math.round(epochs * windowsPerEpoch / windowsPerStep));
  }

  /**
   * Steps that take about this long, the rehearsal included.
   *
   * @param rehearsal runs a step and returns its seconds
   * @param evaluation runs an evaluation and returns its seconds
   * @param evaluations how many there are in a run of so many steps
   */
  static long forMinutes(double minutes, DoubleSupplier rehearsal, DoubleSupplier evaluation, LongUnaryOperator evaluations) {
    double seconds = minutes * 60;
    double spent = 0;
    double best = Double.POSITIVE_INFINITY;
    for (int steady = 0; steady < STEADY_ROUNDS && (spent < LONGEST_SHARE * seconds || spent == 0);) {
      List<Double> round = round(rehearsal);
      double median = round.stream().sorted().toList().get(round.size() / 2);
      steady = median > best * (1 - IMPROVEMENT) ? steady + 1 : 0;
      best = Math.min(best, median);
      spent += round.stream().mapToDouble(Double::doubleValue).sum();
    }
    double first = evaluation.getAsDouble();
    double second = evaluation.getAsDouble();
    double left = seconds - spent - first - second;
    double stepSeconds = best * OVERHEAD;
    return most(
        (long) (left / stepSeconds),
        steps -> steps * stepSeconds + evaluations.applyAsLong(steps) * Math.min(first, second) <= left);
  }

  /** The most steps for which there is time, at least 1. */
  private static long most(long limit, LongPredicate fits) {
    long low = 1;
    long high = Math.max(1, limit);
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (fits.test(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static List<Double> round(DoubleSupplier rehearsal) {
    List<Double> round = new ArrayList<>();
    for (double spent = 0; round.size() < ROUND_REHEARSALS || spent < ROUND_SECONDS;) {
      double seconds = rehearsal.getAsDouble();
      spent += seconds;
      round.add(seconds);
    }
    return round;
  }
}
