package dev.minnow.train.run;

import dev.minnow.corpus.TemporaryFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.RunSummary;
import dev.minnow.train.Schedule;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.OptionNames;
import dev.minnow.train.option.RunCheck;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.step.MemoryPlan;
import dev.minnow.train.step.Seeds;
import dev.minnow.train.step.Trainer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Lets a new model learn one batch by heart, again and again the same windows, without dropout, decay or a falling rate. A model and an
 * optimizer that work can; it is the first test of a setting before a long run.
 *
 * @param parameters that the model has
 * @param steps that it took, or was given
 * @param firstLoss of the untrained model, in nats
 * @param lastLoss of the last step, in nats
 */
public record OneBatchCheck(long parameters, long steps, double firstLoss, double lastLoss) {
  /** A model that has not learned a batch by then will hardly do. */
  private static final long MOST_STEPS = 1000;

  private static final long LONGEST_WARMUP = 10;

  /** What is left of the first loss when a batch counts as learned. */
  private static final double LEARNED = 0.1;

  /**
   * Runs the check; nothing of it stays on disk.
   *
   * @param given the options of the run that is to come
   * @param stopRequested asked between steps; once true, the check ends as it stands
   * @throws IllegalArgumentException for an option out of range
   */
  public static OneBatchCheck run(Kernel kernel, RunOptions given, TrainingListener listener, BooleanSupplier stopRequested)
      throws IOException {
    RunCheck.requireValidBeginning(given);
    if (given.setup().from() != null) {
      throw new IllegalArgumentException("--overfit-one-batch is for a new model; leave out --from.");
    }
    try (TemporaryFolder folder = TemporaryFolder.create("minnow-one-batch");
        TrainingData data = TrainingData.prepare(folder.path(), given, Optional.empty(), kernel.threads(), listener)) {
      return run(kernel, given, data, listener, stopRequested);
    }
  }

  /** At one rate after a short warm-up, and with nothing that keeps from learning by heart. */
  private static TrainingOptions options(RunOptions given) {
    RunOptions usual = given.withSteps(MOST_STEPS);
    return usual.with(
        Map.of(
            OptionNames.SCHEDULE, Schedule.CONSTANT, "warmup", Math.min(usual.training().warmup(), LONGEST_WARMUP), "dropout", 0.0,
            "weight-decay", 0.0, "label-smoothing", 0.0, "ema", 0.0))
        .training();
  }

  private static OneBatchCheck run(
      Kernel kernel, RunOptions given, TrainingData data, TrainingListener listener, BooleanSupplier stopRequested) {
    TrainingOptions options = options(given);
    ModelConfig config = given.setup().config(data.tokenizer().vocabularySize());
    MemoryPlan.of(kernel, config, options).requireFits();
    ParameterTable table = new ParameterTable(config, given.setup().initialization());
    try (ParameterSet parameters = ParameterSet.initialized(table, given.seed(Seeds.Purpose.INITIALIZATION));
        Trainer trainer =
            new Trainer(
                kernel, options,
                data.windows(config.contextLength(), given.seed(Seeds.Purpose.ORDER)).repeating(options.windowsPerStep()), parameters)) {
      listener.started(new RunSummary(config, table.elementCount(), data.trainingTokens(), 0, 0, options));
      StepReport report = trainer.step();
      double first = report.loss();
      listener.stepped(report);
      // What was refused several times in a row would be refused again: the windows are the same.
      while (report.step() < MOST_STEPS && report.loss() > LEARNED * first && !trainer.guard().asksToGoBack()
          && !stopRequested.getAsBoolean()) {
        report = trainer.step();
        if (report.objection() == null) {
          listener.stepped(report);
        } else {
          listener.skipped(report);
        }
      }
      return new OneBatchCheck(table.elementCount(), report.step(), first, report.loss());
    }
  }

  /** Whether the batch was learned. */
  public boolean isPassed() {
    return lastLoss <= LEARNED * firstLoss;
  }
}
