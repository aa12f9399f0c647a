package dev.minnow.train;

import java.util.Optional;

/**
 * How a training run ended.
 *
 * @param steps done in all, those before a resume and skipped ones included
 * @param tokens trained on in all
 * @param trainLoss mean loss of the last {@value TrainingLoss#STEPS} steps, in nats
 * @param evaluation of the final parameters; empty without held-out text or when interrupted
 * @param best evaluation of the run, whose model is kept in {@code steps/best}; empty where none was evaluated
 * @param tokensPerSecond of training steps only, in this run
 * @param end why it ended
 */
public record TrainingResult(
    long steps, long tokens, double trainLoss, Optional<Evaluation> evaluation, Optional<Best> best, double tokensPerSecond, End end) {
  /**
   * The best evaluation of a run.
   *
   * @param step after which it was
   * @param validationLoss in nats
   */
  public record Best(long step, double validationLoss) {}

  /** Why a run ended. */
  public enum End {
    /** All steps are done. */
    STEPS,
    /** The validation loss did not get better for as many evaluations as the patience allows. */
    PATIENCE,
    /** Someone asked it to stop. */
    INTERRUPTED
  }
}
