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
}
