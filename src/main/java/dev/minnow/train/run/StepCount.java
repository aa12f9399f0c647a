package dev.minnow.train.run;

import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.ParameterSet;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.step.HeldOutLoss;
import dev.minnow.train.step.Trainer;
import java.util.Optional;

/**
 * The number of steps of a run, fixed before the first of them: what its options say, or what its epochs or minutes come to.
 *
 * @param kernel that the run is to use
 * @param parameters that it begins with, which are as before afterwards
 * @param windows that it trains on
 * @param heldOut windows that it is evaluated on
 * @param tokenizer of both
 * @param listener hears that steps are timed
 */
record StepCount(
    Kernel kernel,
    ParameterSet parameters,
    TrainingWindows windows,
    Optional<HeldOutWindows> heldOut,
    Tokenizer tokenizer,
    TrainingListener listener) {
  /**
   * The options with the total of steps.
   *
   * @param done steps before a resume; minutes are those of the steps after them, and epochs are of all
   * @throws IllegalArgumentException if the run has done more than its epochs are
   */
  RunOptions fix(RunOptions options, RunLength length, long done) {
    if (length.epochs().isPresent()) {
      return options.withSteps(ofEpochs(length.epochs().getAsDouble(), options, done));
    }
    if (length.minutes().isPresent()) {
      return options.withSteps(done + ofMinutes(length.minutes().getAsDouble(), options, done));
    }
    return options.withSteps(options.steps());
  }

  private long ofEpochs(double epochs, RunOptions options, long done) {
    long steps = StepPlanner.forEpochs(epochs, windows.windowCount(), options.withSteps(1).training().windowsPerStep());
    if (steps < done) {
      throw new IllegalArgumentException(
          "The run has done " + done + " steps already, and " + epochs + " epochs are " + steps
              + "; give more epochs to train further.");
    }
    return steps;
  }

  /** Steps after those that are done. */
  private long ofMinutes(double minutes, RunOptions options, long done) {
    listener.working("timing the first steps", 0, 0);
    try (Trainer rehearsal = new Trainer(kernel, options.withSteps(Long.MAX_VALUE).training(), windows, parameters)) {
      return StepPlanner.forMinutes(
          minutes, rehearsal::rehearse, () -> evaluationSeconds(rehearsal),
          steps -> evaluations(options.withSteps(done + steps).training().evalEvery(), steps));
    }
  }

  private double evaluationSeconds(Trainer rehearsal) {
    long start = System.nanoTime();
    heldOut.ifPresent(held -> HeldOutLoss.of(rehearsal.transformer(), held, tokenizer));
    return (System.nanoTime() - start) / 1e9;
  }

  /** How often a run of so many steps evaluates: after each interval, and at its end. */
  static long evaluations(long every, long steps) {
    return every == 0 ? 1 : Math.ceilDiv(steps, every);
  }
}
