package dev.minnow.train;

import dev.minnow.corpus.fetch.FetchListener;
import java.nio.file.Path;

/** Hears what a training run does, on the run's own thread. */
public interface TrainingListener extends FetchListener {
  /** What is being done before training; {@code total} is 0 where it is not known. */
  @Override
  default void preparing(String what, long done, long total) {}

  /** Something the user should know. */
  @Override
  default void noticed(String sentence) {}

  /** Before the first update. */
  default void started(RunSummary summary) {}

  /** After every update. */
  default void stepped(StepReport report) {}

  /** After an evaluation on held-out text. */
  default void evaluated(long step, Evaluation evaluation, boolean best) {}

  /** After a sample was generated. */
  default void sampled(long step, String text) {}

  /** After a save. */
  default void saved(long step, Path folder) {}
}
