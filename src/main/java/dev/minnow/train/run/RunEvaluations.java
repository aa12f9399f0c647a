package dev.minnow.train.run;

import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.checkpoint.LowestLoss;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.step.HeldOutLoss;
import dev.minnow.train.step.Trainer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the held-out text says of a run as it goes on: the latest evaluation, the best, and whether text is learned by heart. */
final class RunEvaluations {
  private final Trainer trainer;
  private final Optional<HeldOutWindows> heldOut;
  private final Tokenizer tokenizer;
  private final TrainingListener listener;
  private OverfitWatch watch;
  private LowestLoss best;
  private Optional<Evaluation> latest = Optional.empty();
  private long latestStep = -1;

  /** Of a run that goes on from {@code progress}. */
  RunEvaluations(
      Trainer trainer, Optional<HeldOutWindows> heldOut, Tokenizer tokenizer, TrainingListener listener, TrainingRun.Progress progress) {
    this.trainer = trainer;
    this.heldOut = heldOut;
    this.tokenizer = tokenizer;
    this.listener = listener;
    this.watch = new OverfitWatch(progress.evaluations());
    this.best = progress.best();
  }

  /** Forgets what was seen since. */
  void goBackTo(TrainingRun.Progress progress) {
    watch = new OverfitWatch(progress.evaluations());
    best = progress.best();
    latestStep = -1;
  }

  /**
   * Evaluates the parameters as they are, if there is held-out text, and tells the listener.
   *
   * @param isRegular whether it is one that costs patience
   * @param losses of training, whose mean since the last evaluation is taken
   * @return whether the loss is the best so far
   */
  boolean evaluate(boolean isRegular, RecentLosses losses) {
    if (heldOut.isEmpty()) {
      return false;
    }
    Evaluation result = HeldOutLoss.of(trainer.transformer(), heldOut.get(), tokenizer);
    latest = Optional.of(result);
    latestStep = trainer.steps();
    best = best.after(trainer.steps(), result.loss(), isRegular);
    boolean better = best.isOf(trainer.steps());
    listener.evaluated(trainer.steps(), result, better);
    if (Double.isFinite(result.loss())) {
      watch(result.loss(), losses.takeMeanSinceEvaluation());
    }
    return better;
  }

  private void watch(double validationLoss, OptionalDouble trainingLoss) {
    if (trainingLoss.isEmpty()) {
      return;
    }
    EvaluatedStep evaluated = new EvaluatedStep(trainer.steps(), trainingLoss.getAsDouble(), validationLoss);
    if (watch.add(evaluated)) {
      listener.overfitted(evaluated, best.loss(), best.step());
      listener.noticed(
          String.format(
              Locale.ROOT,
              "Training and validation loss part ways at step %d: validation rose from %.3f at step %d to %.3f while training fell to %.3f;"
                  + " the model of step %d is kept in steps/best, and --patience, --dropout, --weight-decay or more text help.",
              trainer.steps(), best.loss(), best.step(), validationLoss, evaluated.trainingLoss(), best.step()));
    }
  }

  LowestLoss best() {
    return best;
  }

  /** The latest, in order, of which the next ones are judged. */
  List<EvaluatedStep> watched() {
    return watch.evaluations();
  }

  /** Of the parameters as they are, if they were evaluated. */
  Optional<Evaluation> ofThisStep() {
    return latestStep == trainer.steps() ? latest : Optional.empty();
  }

  /** Of a run at its end: of one that was resumed after its last step, the evaluation was an earlier process's. */
  Optional<Evaluation> atEnd(TrainingResult.End end) {
    if (latestStep != trainer.steps()) {
      latest = Optional.empty();
      if (end != TrainingResult.End.INTERRUPTED) {
        trainer.withAverage(() -> latest = heldOut.map(windows -> HeldOutLoss.of(trainer.transformer(), windows, tokenizer)));
      }
    }
    return latest;
  }
}
