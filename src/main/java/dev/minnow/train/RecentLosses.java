package dev.minnow.train;

import dev.minnow.checkpoint.SeenLosses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/** Training losses of the latest steps, and of those since the last evaluation, in nats. */
final class RecentLosses {
  /** Steps whose mean is reported as the training loss. */
  private static final int REPORTED_STEPS = 20;

  private final Deque<Double> latest;
  private double sumSinceEvaluation;
  private long stepsSinceEvaluation;

  /** Goes on after the earlier losses of the run. */
  RecentLosses(SeenLosses earlier) {
    latest = new ArrayDeque<>(earlier.latest());
    sumSinceEvaluation = earlier.sumSinceEvaluation();
    stepsSinceEvaluation = earlier.stepsSinceEvaluation();
  }

  void add(double loss) {
    while (latest.size() >= REPORTED_STEPS) {
      latest.removeFirst();
    }
    latest.addLast(loss);
    sumSinceEvaluation += loss;
    stepsSinceEvaluation++;
  }

  /** The mean of the latest steps; NaN where there are none. */
  double mean() {
    return latest.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
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
    return new SeenLosses(List.copyOf(latest), sumSinceEvaluation, stepsSinceEvaluation);
  }
}
