package dev.minnow.train;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * How cross-validation ended.
 *
 * @param folds in order; those that were not begun are missing
 * @param end why it ended: as the last fold did, but for an interrupt before the next one began
 */
public record FoldedResult(List<TrainingResult> folds, TrainingResult.End end) {
  public FoldedResult {
    folds = List.copyOf(folds);
  }

  /** The mean of what each fold's evaluation says; empty where a fold has none. */
  public OptionalDouble mean(ToDoubleFunction<Evaluation> measure) {
    return isWhole() ? values(measure).average() : OptionalDouble.empty();
  }

  /** The standard deviation of the folds' validation losses, with one less than their number in the denominator. */
  public OptionalDouble deviation() {
    OptionalDouble mean = mean(Evaluation::loss);
    if (mean.isEmpty() || folds.size() < 2) {
      return OptionalDouble.empty();
    }
    double squares = values(Evaluation::loss).map(loss -> (loss - mean.getAsDouble()) * (loss - mean.getAsDouble())).sum();
    return OptionalDouble.of(Math.sqrt(squares / (folds.size() - 1)));
  }

  private boolean isWhole() {
    return folds.stream().allMatch(fold -> fold.evaluation().isPresent());
  }

  private DoubleStream values(ToDoubleFunction<Evaluation> measure) {
    return folds.stream().mapToDouble(fold -> measure.applyAsDouble(fold.evaluation().orElseThrow()));
  }
}
