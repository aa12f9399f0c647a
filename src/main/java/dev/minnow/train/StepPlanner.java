package dev.minnow.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Turns minutes or epochs into a number of steps, which stays fixed from then on. */
final class StepPlanner {
  /** Enough for the compiler to be done with the kernels of a small model, little beside a run of minutes. */
  private static final double REHEARSAL_SECONDS = 4;

  private static final int REHEARSALS_AT_LEAST = 3;

  /** Evaluations of a run by default, as {@link RunOptions#withSteps} spreads them. */
  private static final int EVALUATIONS = 10;

  /** What the optimizer, saving and samples add to a step's passes. */
  private static final double OVERHEAD = 1.05;

  private StepPlanner() {}

  static long forEpochs(double epochs, long windowsPerEpoch, long windowsPerStep) {
    return Math.max(1, Math.round(epochs * windowsPerEpoch / windowsPerStep));
  }

  /**
   * Steps that take about this long.
   *
   * @param rehearsal runs a step's passes and returns their seconds
   * @param evaluation runs an evaluation and returns its seconds
   */
  static long forMinutes(double minutes, DoubleSupplier rehearsal, DoubleSupplier evaluation) {
    double spent = 0;
    List<Double> rehearsed = new ArrayList<>();
    for (int i = 0; i < REHEARSALS_AT_LEAST || spent < REHEARSAL_SECONDS; i++) {
      double seconds = rehearsal.getAsDouble();
      spent += seconds;
      rehearsed.add(seconds);
    }
    double evaluationSeconds = evaluation.getAsDouble();
    double left = minutes * 60 - spent - (EVALUATIONS + 1) * evaluationSeconds;
    // The first ones run before the compiler is done; of the later half the median.
    List<Double> later = rehearsed.subList(rehearsed.size() / 2, rehearsed.size()).stream().sorted().toList();
    return Math.max(1, (long) (left / (later.get(later.size() / 2) * OVERHEAD)));
  }
}
