package dev.minnow.train.inspect;

import dev.minnow.train.Preset;
import dev.minnow.train.Schedule;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a step under the microscope does: the next step of a model's run, or the first of a new one.
 *
 * @param options of the optimizer; batches and dropout play no part
 * @param step its number, counted from 1
 * @param update the number of the update that it makes, which steps that were skipped did not
 * @param learningRate of the step
 * @param moments folder of the run whose optimizer goes on; empty for moments of zero
 */
public record StepSettings(TrainingOptions options, long step, long update, double learningRate, Optional<Path> moments) {
  /**
   * For a model that nobody says the training of. The first update of AdamW moves every number by the whole rate, so that a rate of the
   * middle of a run would tear the model apart.
   */
  private static final double USUAL_LEARNING_RATE = 1e-4;

  /**
   * The next step of the run that made the model: its optimizer with its moments and the rate of its schedule, which stays at its last
   * after the end. A model without a run takes a first step of AdamW at a rate of 1e-4, in a run without moments the same at its own peak
   * rate.
   *
   * @param learningRate instead of that; above 0
   */
  public static StepSettings of(RunRecord run, OptionalDouble learningRate) {
    learningRate.ifPresent(rate -> {
      if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("--lr must be above 0, not " + rate + ".");
      }
    });
    TrainingOptions options =
        run.options()
            .orElseGet(
                () -> RunOptions.create(
                    Preset.TINY, Map.of("lr", USUAL_LEARNING_RATE, "warmup", 0, "schedule", Schedule.CONSTANT.toString()))
                    .withSteps(1))
            .training();
    Optional<Path> moments = run.moments();
    long step = moments.isPresent() ? run.step() + 1 : 1;
    long update = step - (moments.isPresent() ? run.options().map(RunOptions::skippedSteps).orElse(0L) : 0);
    double planned = moments.isPresent() ? options.learningRate(Math.min(step, options.steps())) : options.learningRate();
    double usual = run.options().map(RunOptions::rateFactor).orElse(1.0) * planned;
    return new StepSettings(options, step, update, learningRate.orElse(usual), moments);
  }
}
