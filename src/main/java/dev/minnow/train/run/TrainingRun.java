package dev.minnow.train.run;

import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.checkpoint.LowestLoss;
import dev.minnow.checkpoint.SeenLosses;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.Generation;
import dev.minnow.generate.NonFiniteScores;
import dev.minnow.generate.RandomSampler;
import dev.minnow.generate.Sequence;
import dev.minnow.kernel.Kernel;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.step.LearningProbe;
import dev.minnow.train.step.Seeds;
import dev.minnow.train.step.Trainer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGeneratorFactory;

/** The loop around the trainer's steps: evaluates, samples, saves, and stops by steps, patience or request. */
final class TrainingRun {
  private static final int SAMPLE_TOKENS = 100;

  /** Writes the state of a run to a checkpoint folder. */
  interface Saver {
    void save(Progress progress);
  }

  /**
   * How far a run is, besides the trainer's own state.
   *
   * @param step updates done
   * @param best validation loss so far
   * @param returnStep of the save that it goes back to if its steps are no good; 0 for its beginning
   * @param evaluations the latest, in order
   * @param losses of training, whose means are still to be told
   */
  record Progress(long step, LowestLoss best, long returnStep, List<EvaluatedStep> evaluations, SeenLosses losses) {
    /** Of a run that begins. */
    static final Progress NONE = new Progress(0, LowestLoss.NONE, 0, List.of(), SeenLosses.NONE);

    /** Of a run that goes on from a save, whichever it goes back to. */
    static Progress of(TrainingState saved, long returnStep) {
      return new Progress(saved.step(), saved.best(), returnStep, saved.evaluations(), saved.losses());
    }
  }

  private final Kernel kernel;
  private final TrainingOptions options;
  private final Trainer trainer;
  private final Tokenizer tokenizer;
  private final Saver saver;
  private final ReturnPoint returnPoint;
  private final TrainingListener listener;
  private final BooleanSupplier stopRequested;
  private final LearningProbe learning;
  private final RunEvaluations evaluations;
  private RecentLosses losses;
  private long returnStep;

  /** Of the newest save, if there is one of the way that the run is on. */
  private long savedStep;
  private double stepSeconds;
  private long stepTokens;

  /** A run that goes on from {@code progress}. */
  TrainingRun(
      Kernel kernel,
      TrainingOptions options,
      Trainer trainer,
      Tokenizer tokenizer,
      Optional<HeldOutWindows> heldOut,
      Progress progress,
      Saver saver,
      ReturnPoint returnPoint,
      TrainingListener listener,
      BooleanSupplier stopRequested) {
    this.kernel = kernel;
    this.options = options;
    this.trainer = trainer;
    this.learning = new LearningProbe(kernel, trainer, options.steps());
    this.evaluations = new RunEvaluations(trainer, heldOut, tokenizer, listener, progress);
    this.losses = new RecentLosses(progress.losses());
    this.tokenizer = tokenizer;
    this.returnStep = progress.returnStep();
    this.savedStep = progress.step() == 0 ? -1 : progress.step();
    this.saver = saver;
    this.returnPoint = returnPoint;
    this.listener = listener;
    this.stopRequested = stopRequested;
  }

  /** Saves a run that goes on with other options at once: whenever it is interrupted, they hold. */
  void keepOptions() {
    trainer.withAverage(this::save);
  }

  /** Trains to the end. */
  TrainingResult run() {
    TrainingResult.End end = TrainingResult.End.STEPS;
    while (trainer.steps() < options.steps()) {
      if (impatient()) {
        if (isBroken()) {
          goBack();
          continue;
        }
        end = TrainingResult.End.PATIENCE;
        break;
      }
      if (stopRequested.getAsBoolean()) {
        end = TrainingResult.End.INTERRUPTED;
        break;
      }
      step();
      if (trainer.guard().asksToGoBack()) {
        goBack();
        continue;
      }
      boolean last = trainer.steps() == options.steps();
      boolean evaluates = last || due(options.evalEvery());
      boolean samples = due(options.sampleEvery());
      boolean saves = isSaveDue() && !trainer.guard().isInDoubt();
      if (evaluates || samples || saves) {
        trainer.withAverage(() -> show(evaluates, samples, saves));
      }
      if (last && isBroken()) {
        goBack();
      }
    }
    if (savedStep != trainer.steps()) {
      trainer.withAverage(this::save);
    }
    return result(end);
  }

  /**
   * Does what is due after a step; whatever is the best so far is saved. Saves that come in their turn are those to go back to, but none
   * between refused steps, whose weights may be what is wrong: others are where the run was interrupted, or a shorter one ended.
   */
  private void show(boolean evaluates, boolean samples, boolean saves) {
    boolean better = evaluates && evaluations.evaluate(due(options.evalEvery()), losses);
    if (samples) {
      sample();
    }
    if (saves && isBroken()) {
      return;
    }
    if (saves || better && due(options.evalEvery()) && !trainer.guard().isInDoubt()) {
      returnStep = trainer.steps();
    }
    if (better || saves) {
      save();
    }
  }

  /** Whether the parameters give no numbers: such are no end of a run, and nothing to go back to. */
  private boolean isBroken() {
    Optional<Evaluation> evaluation = evaluations.ofThisStep();
    return evaluation.isPresent() ? !Double.isFinite(evaluation.get().loss()) : !trainer.givesNumbers();
  }

  private void step() {
    boolean measured = learning.isDue(trainer.steps());
    if (measured) {
      learning.before();
    }
    StepReport report = trainer.step();
    stepSeconds += report.seconds();
    stepTokens += report.tokens();
    if (report.objection() != null) {
      listener.skipped(report);
      return;
    }
    losses.add(report.step(), report.loss());
    listener.stepped(report);
    if (measured) {
      listener.measured(report.step(), learning.after());
    }
  }

  private void goBack() {
    long from = trainer.steps();
    if (!trainer.guard().mayGoBack()) {
      throw new TrainingException(
          String.format(Locale.ROOT,
              "Training does not hold at step %d, with the learning rate at a %,.0fth of what was asked for;"
                  + " start again with a lower --lr.",
              from, 1 / trainer.guard().rateFactor()));
    }
    Progress progress = returnPoint.restore(trainer, returnStep);
    savedStep = -1;
    evaluations.goBackTo(progress);
    losses = new RecentLosses(progress.losses());
    listener.wentBack(from, trainer.steps(), trainer.guard().rateFactor());
  }

  private boolean due(long every) {
    return every > 0 && trainer.steps() % every == 0;
  }

  /** Whether there is no save to go back to since the last multiple of its steps: at that step, or later where it was refused. */
  private boolean isSaveDue() {
    long every = options.saveEvery();
    return every > 0 && trainer.steps() / every > returnStep / every;
  }

  /** Depends on numbers alone that a save keeps, so that a resumed run stops where an uninterrupted one would. */
  private boolean impatient() {
    return options.patience() > 0 && evaluations.best().evaluationsSince() >= options.patience();
  }

  /** An update may leave parameters that make no scores, as the loss of the next step will show. */
  private void sample() {
    long seed = Seeds.of(options.seed(), Seeds.Purpose.SAMPLES, trainer.steps());
    RandomSampler sampler = new RandomSampler(0.8f, 50, 1, 0, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    try (Sequence sequence = new Sequence(kernel, trainer.network())) {
      Generation.Limits limits = new Generation.Limits(SAMPLE_TOKENS, List.of(), false, 0);
      GeneratedText text = new Generation(tokenizer, sampler, limits, sequence, tokenizer.start(), 0).run();
      listener.sampled(trainer.steps(), text.text());
    } catch (NonFiniteScores e) {
      listener.noticed("There is no sample of step " + trainer.steps() + ": the model's scores are not finite numbers.");
    }
  }

  private void save() {
    saver.save(new Progress(trainer.steps(), evaluations.best(), returnStep, evaluations.watched(), losses.seen()));
    savedStep = trainer.steps();
  }

  private TrainingResult result(TrainingResult.End end) {
    long context = trainer.parameters().table().config().contextLength();
    long tokens = (trainer.steps() - trainer.guard().skipped()) * options.windowsPerStep() * context;
    double rate = stepSeconds == 0 ? 0 : stepTokens / stepSeconds;
    LowestLoss best = evaluations.best();
    Optional<TrainingResult.Best> lowest =
        best.exists() ? Optional.of(new TrainingResult.Best(best.step(), best.loss())) : Optional.empty();
    return new TrainingResult(trainer.steps(), tokens, losses.trainingLoss(), evaluations.atEnd(end), lowest, rate, end);
  }
}
