package dev.minnow.train;

import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.model.ParameterKind;
import dev.minnow.tokenizer.WorkListener;
import java.nio.file.Path;
import java.util.Map;

/** Hears what a training run does, on the run's own thread. */
public interface TrainingListener extends WorkListener {
  /** Before the first update. */
  default void started(RunSummary summary) {}

  /** After every update. */
  default void stepped(StepReport report) {}

  /** After a step whose numbers were such that the parameters were left as they were; the report says why. */
  default void skipped(StepReport report) {}

  /**
   * After several such steps in a row the run went back to where it was good.
   *
   * @param step that it had come to
   * @param to the step that it went back to; 0 for its beginning
   * @param rateFactor on the schedule's learning rates from now on
   */
  default void wentBack(long step, long to, double rateFactor) {}

  /** After some of the updates: how they moved each kind of parameter. */
  default void measured(long step, Map<ParameterKind, KindMeasure> measures) {}

  /** After an evaluation on held-out text. */
  default void evaluated(long step, Evaluation evaluation, boolean best) {}

  /**
   * After an evaluation, once in a run: the validation loss has been rising while the training loss fell.
   *
   * @param evaluation the latest
   * @param bestStep of the lowest validation loss
   */
  default void overfitted(EvaluatedStep evaluation, double bestValidationLoss, long bestStep) {}

  /** After a sample was generated. */
  default void sampled(long step, String text) {}

  /** After a save. */
  default void saved(long step, Path folder) {}

  /** Last of all: the run has ended without a failure. */
  default void ended(TrainingResult result) {}

  /**
   * Last of all, instead of {@link #ended}: the run cannot go on.
   *
   * @param step that it had come to
   * @param reason as a sentence
   */
  default void failed(long step, String reason) {}
}
