package dev.minnow.train.run;

import dev.minnow.checkpoint.EvaluatedStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Notices when training and validation loss part ways: the validation loss rose at each of the last evaluations, well above its best and
 * its own noise, while the training loss fell. It does so once in a run.
 */
final class OverfitWatch {
  /** Rises in a row: four evaluations that are pure noise come in this order once in 24 times. */
  private static final int RISES = 3;

  /** Fewer say nothing about the noise. */
  private static final int FEWEST = 6;

  /** Above the best, as a share of it; less is not worth a notice. */
  private static final double LEAST_RISE = 0.01;

  /**
   * Above the best, in standard deviations of the noise. With this and what else is asked for, evaluations that are pure noise while the
   * training loss falls are taken for overfitting in 1 of some 400 runs of 60 evaluations, by simulation.
   */
  private static final double LEAST_DEVIATIONS = 10;

  /** Second differences that say how noisy the losses are now. */
  private static final int LATEST_DIFFERENCES = 6;

  /** The standard deviation of normal numbers is 1.4826 times the median of their distance from 0, and that of their second differences. */
  private static final double DEVIATION_OF_MEDIAN = 1.4826 / Math.sqrt(6);

  /** Evaluations that are remembered: many times those of a run with usual options. */
  private static final int MOST = 1000;

  private final List<EvaluatedStep> evaluations = new ArrayList<>();
  private boolean noticed;

  /** A watch that goes on after earlier evaluations of the run. */
  OverfitWatch(List<EvaluatedStep> earlier) {
    earlier.forEach(this::add);
  }

  /** Takes in an evaluation; true if this is when the losses have parted ways. */
  boolean add(EvaluatedStep evaluation) {
    if (evaluations.size() == MOST) {
      evaluations.removeFirst();
    }
    evaluations.add(evaluation);
    boolean now = !noticed && parted();
    noticed |= now;
    return now;
  }

  /** All that it remembers, in order. */
  List<EvaluatedStep> evaluations() {
    return List.copyOf(evaluations);
  }

  private boolean parted() {
    int count = evaluations.size();
    if (count < FEWEST) {
      return false;
    }
    List<EvaluatedStep> latest = evaluations.subList(count - 1 - RISES, count);
    for (int i = 1; i < latest.size(); i++) {
      if (latest.get(i).validationLoss() <= latest.get(i - 1).validationLoss()) {
        return false;
      }
    }
    double best = evaluations.stream().mapToDouble(EvaluatedStep::validationLoss).min().orElseThrow();
    double rise = latest.getLast().validationLoss() - best;
    return latest.getLast().trainingLoss() < latest.getFirst().trainingLoss()
        && rise > LEAST_RISE * best
        && rise > LEAST_DEVIATIONS * noise();
  }

  /**
   * The standard deviation of validation losses around a smooth curve, by their second differences: of independent numbers these have 6
   * times the variance. The larger of what the latest and the middle one of all say: the first ones are of a curve that falls steeply.
   */
  private double noise() {
    double[] distances = new double[evaluations.size() - 2];
    for (int i = 0; i < distances.length; i++) {
      distances[i] =
          Math.abs(
              evaluations.get(i).validationLoss() - 2 * evaluations.get(i + 1).validationLoss() + evaluations.get(i + 2).validationLoss());
    }
    double[] latest = Arrays.copyOfRange(distances, Math.max(0, distances.length - LATEST_DIFFERENCES), distances.length);
    double deviation = Math.sqrt(Arrays.stream(latest).map(distance -> distance * distance).average().orElseThrow() / 6);
    Arrays.sort(distances);
    return Math.max(deviation, DEVIATION_OF_MEDIAN * distances[(distances.length - 1) / 2]);
  }
}
