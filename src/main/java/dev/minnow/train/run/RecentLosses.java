package dev.minnow.train.run;

import dev.minnow.checkpoint.SeenLosses;
import dev.minnow.train.TrainingLoss;
import java.util.OptionalDouble;

/** Training losses of the latest steps, and of those since the last evaluation, in nats. */
final class RecentLosses {
  private final TrainingLoss trainingLoss = new TrainingLoss();
  private double sumSinceEvaluation;
  private long stepsSinceEvaluation;

  /** Goes on after the earlier losses of the run. */
  RecentLosses(SeenLosses earlier) {
    // Their steps are not kept with them, and nothing here goes back behind them.
    earlier.latest().forEach(loss -> trainingLoss.add(0, loss));
    sumSinceEvaluation = earlier.sumSinceEvaluation();
    stepsSinceEvaluation = earlier.stepsSinceEvaluation();
  }

  void add(long step, double loss) {
    trainingLoss.add(step, loss);
    sumSinceEvaluation += loss;
    stepsSinceEvaluation++;
  }

  /** The run's training loss; NaN before its first step. */
  double trainingLoss() {
    return trainingLoss.mean().orElse(Double.NaN);
  }

  /** The mean since the last call of this method, if there was a step. */
  OptionalDouble takeMeanSinceEvaluation() {
    if (stepsSinceEvaluation == 0) {
      return OptionalDouble.empty();
    }
    double mean = sumSinceEvaluation / stepsSinceEvaluation;
    sumSinceEvaluation = 0;
    stepsSinceEvaluation = 0;
    return OptionalDouble.of(mean);
  }

  /** What a save keeps. */
  SeenLosses seen() {
    return new SeenLosses(trainingLoss.latest(), sumSinceEvaluation, stepsSinceEvaluation);
  }
}
