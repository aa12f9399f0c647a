package dev.minnow.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.HuggingFaceFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.SavedRun;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/** A whole training run: from its options and the corpus to a checkpoint folder. */
public final class TrainingJob {
  private static final String FIRST_MOMENT = "exp_avg";
  private static final String SECOND_MOMENT = "exp_avg_sq";

  /**
   * How long to train, where the options do not say the steps.
   *
   * @param minutes about how long the training takes
   * @param epochs how often the corpus is read
   */
  public record Length(OptionalDouble minutes, OptionalDouble epochs) {}

  private final CheckpointFolder folder;
  private final RunOptions given;
  private final Length length;
  private final Kernel kernel;
  private final TrainingListener listener;
  private final BooleanSupplier stopRequested;

  /**
   * A job that {@link #start} or {@link #resume} runs.
   *
   * @param given the options; steps may be absent where {@code length} says how long
   * @param stopRequested asked after every step; once true, the run saves and ends
   */
  public TrainingJob(
      CheckpointFolder folder, RunOptions given, Length length, Kernel kernel, TrainingListener listener, BooleanSupplier stopRequested) {
    this.folder = folder;
    this.given = given;
    this.length = length;
    this.kernel = kernel;
    this.listener = listener;
    this.stopRequested = stopRequested;
  }

  /** Begins a new run; an earlier one in the folder is removed once this one is ready to train. */
  public TrainingResult start() throws IOException {
    RunOptions.Setup setup = given.setup();
    Optional<LoadedModel> origin = Optional.ofNullable(setup.from()).map(from -> HuggingFaceFolder.load(Path.of(from)));
    try (TrainingData data = TrainingData.prepare(folder.tokens(), setup, origin.flatMap(LoadedModel::tokenizer), listener)) {
      ModelConfig config = origin.map(LoadedModel::config).orElseGet(() -> config(setup, data.tokenizer()));
      MemoryPlan.requireFits(config, given.batch());
      ParameterSet parameters =
          origin
              .map(LoadedModel::parameters)
              .orElseGet(() -> ParameterSet.initialized(new ParameterTable(config), given.seed(Seeds.Purpose.INITIALIZATION)));
      return train(data, parameters, new TrainingRun.Progress(0, Double.POSITIVE_INFINITY, 0, false), Optional.empty());
    }
  }

  private static ModelConfig config(RunOptions.Setup setup, Tokenizer tokenizer) {
    return ModelConfig.gpt2(tokenizer.vocabularySize(), setup.context(), setup.width(), setup.layers(), setup.heads());
  }

  /** Goes on with the folder's newest save. */
  public TrainingResult resume() throws IOException {
    try (SavedRun saved = folder.resume();
        LoadedModel model = saved.loadModel();
        TrainingData data = TrainingData.prepare(folder.tokens(), given.setup(), model.tokenizer(), listener)) {
      MemoryPlan.requireFits(model.config(), given.batch());
      TrainingState state = saved.state();
      Double best = state.bestValidationLoss();
      TrainingRun.Progress progress =
          new TrainingRun.Progress(
              state.step(), best == null ? Double.POSITIVE_INFINITY : best, folder.bestStep().orElse(0), state.best());
      return train(data, model.parameters(), progress, Optional.of(state));
    }
  }

  private TrainingResult train(
      TrainingData data, ParameterSet parameters, TrainingRun.Progress progress, Optional<TrainingState> state) {
    ModelConfig config = parameters.table().config();
    TrainingWindows windows = data.windows(config.contextLength(), given.seed(Seeds.Purpose.ORDER));
    Optional<HeldOutWindows> heldOut = data.heldOut(config.contextLength(), listener);
    RunOptions options =
        planned(windows, heldOut, parameters, data.tokenizer(), progress.step()).withCorpus(data.trainingTokens(), data.checksum());
    TrainingOptions training = options.training();
    try (parameters; Trainer trainer = new Trainer(kernel, training, windows, parameters, progress.step())) {
      state.ifPresentOrElse(
          saved -> {
            saved.copyMoments(FIRST_MOMENT, trainer.optimizer().firstMoments());
            saved.copyMoments(SECOND_MOMENT, trainer.optimizer().secondMoments());
          },
          folder::removeRun);
      listener.started(
          new RunSummary(
              config,
              parameters.table().elementCount(),
              data.trainingTokens(),
              heldOut.map(HeldOutWindows::predictedTokens).orElse(0L),
              progress.step(),
              training));
      TrainingRun.Saver saver = run -> save(trainer, data.tokenizer(), options, training, run);
      return new TrainingRun(kernel, training, trainer, data.tokenizer(), heldOut, progress, saver, listener, stopRequested).run();
    }
  }

  /** The options with a number of steps, from minutes or epochs where those were given. */
  private RunOptions planned(
      TrainingWindows windows, Optional<HeldOutWindows> heldOut, ParameterSet parameters, Tokenizer tokenizer, long done) {
    if (length.epochs().isPresent()) {
      TrainingOptions provisional = given.withSteps(1).training();
      return given.withSteps(StepPlanner.forEpochs(length.epochs().getAsDouble(), windows.windowCount(), provisional.windowsPerStep()));
    }
    if (length.minutes().isEmpty()) {
      return given.withSteps(given.steps());
    }
    listener.preparing("timing the first steps", 0, 0);
    try (Trainer rehearsal = new Trainer(kernel, given.withSteps(Long.MAX_VALUE).training(), windows, parameters, 0)) {
      long steps =
          StepPlanner.forMinutes(
              length.minutes().getAsDouble(),
              rehearsal::rehearse,
              () -> {
                long start = System.nanoTime();
                heldOut.ifPresent(held -> Evaluation.of(rehearsal.transformer(), held, tokenizer));
                return (System.nanoTime() - start) / 1e9;
              });
      return given.withSteps(done + steps);
    }
  }

  private void save(Trainer trainer, Tokenizer tokenizer, RunOptions options, TrainingOptions training, TrainingRun.Progress run) {
    Map<String, Tensor> moments = new LinkedHashMap<>();
    moments.putAll(TrainingState.moments(FIRST_MOMENT, trainer.optimizer().firstMoments()));
    moments.putAll(TrainingState.moments(SECOND_MOMENT, trainer.optimizer().secondMoments()));
    ObjectNode stored = options.toJson();
    TrainingState state =
        new TrainingState(
            run.step(),
            run.step() * training.windowsPerStep(),
            training.seed(),
            Double.isFinite(run.bestValidationLoss()) ? run.bestValidationLoss() : null,
            run.isBest(),
            stored,
            moments);
    LoadedModel model = new LoadedModel(trainer.parameters().table().config(), trainer.parameters(), Optional.of(tokenizer));
    folder.save(model, state, training.keep());
    listener.saved(run.step(), folder.folder());
  }
}
