package dev.minnow.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.FolderHold;
import dev.minnow.checkpoint.HuggingFaceFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunCheck;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.step.MemoryPlan;
import dev.minnow.train.step.Seeds;
import dev.minnow.train.step.StepGuard;
import dev.minnow.train.step.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A whole training run: from its options and the corpus to a checkpoint folder. */
public final class TrainingJob {
  private final CheckpointFolder folder;
  private final RunOptions given;
  private final RunLength length;
  private final Kernel kernel;
  private final TrainingListener listener;
  private final BooleanSupplier stopRequested;

  /**
   * A job that {@link #start} or {@link #resume} runs.
   *
   * @param given the options; steps may be absent where {@code length} says how long
   * @param stopRequested asked before every step; once true, the run saves and ends
   */
  public TrainingJob(
      CheckpointFolder folder, RunOptions given, RunLength length, Kernel kernel, TrainingListener listener,
      BooleanSupplier stopRequested) {
    this.folder = folder;
    this.given = given.withKernel(kernel.name());
    this.length = length;
    this.kernel = kernel;
    this.listener = listener;
    this.stopRequested = stopRequested;
  }

  /**
   * Begins a new run; an earlier one in the folder is replaced by this one's first save.
   *
   * @throws IllegalArgumentException for an option out of range
   */
  public TrainingResult start() throws IOException {
    return start(Optional.empty());
  }

  /** @param known the tokenizer, where another fold has it already */
  TrainingResult start(Optional<Tokenizer> known) throws IOException {
    RunCheck.requireValidBeginning(given);
    if (given.folds() > 0 && given.setup().fold() == 0) {
      throw new IllegalArgumentException("--folds trains a model for each part of the text, and this is to be one; leave it out.");
    }
    folder.requireRunOrNothing();
    String from = given.setup().from();
    try (FolderHold _ = folder.hold()) {
      try {
        return from == null ? startFresh(known) : startFrom(Path.of(from));
      } finally {
        folder.dropUnsavedRun();
      }
    }
  }

  private TrainingResult startFresh(Optional<Tokenizer> known) throws IOException {
    // With the smallest vocabulary that there is; with its own once the text was read.
    MemoryPlan.ofRun(kernel, given.setup().config(BpeTrainer.SMALLEST_VOCABULARY), given.withSteps(1).training()).requireFits();
    try (TrainingData data = TrainingData.prepare(folder.tokens(), given, known, kernel.threads(), listener)) {
      // What preparing left on the heap goes back to the system before the model needs the memory.
      System.gc();
      ModelConfig config = given.setup().config(data.tokenizer().vocabularySize());
      MemoryPlan.ofRun(kernel, config, given.withSteps(1).training()).requireFits();
      try (ParameterSet parameters = initialized(config)) {
        return train(given, data, parameters, TrainingRun.Progress.NONE, Optional.empty());
      }
    }
  }

  private TrainingResult startFrom(Path from) throws IOException {
    TrainingFolder.requireOutside(from, folder.folder());
    try (LoadedModel origin = ModelFiles.load(from)) {
      RunOptions options = given.withShapeOf(origin.config());
      RunCheck.requireKinds(options, origin.config());
      Tokenizer tokenizer = tokenizerOf(origin, from, options.setup().tokenizer());
      MemoryPlan.ofRun(kernel, origin.config(), options.withSteps(1).training()).requireFitsWith(origin.parameters());
      try (TrainingData data = TrainingData.prepare(folder.tokens(), options, Optional.of(tokenizer), kernel.threads(), listener)) {
        if (data.tokenizer().vocabularySize() > origin.config().vocabularySize()) {
          throw new TrainingException(
              String.format(Locale.ROOT, "The tokenizer has %d tokens and the model in %s only %d; use the tokenizer it was trained with.",
                  data.tokenizer().vocabularySize(), from, origin.config().vocabularySize()));
        }
        RunOptions known = options.withBeginning(origin.parameters().checksum());
        return train(known, data, origin.parameters(), TrainingRun.Progress.NONE, Optional.empty());
      }
    }
  }

  /** The tokenizer of a model to begin with, which one without brings by an option. */
  private static Tokenizer tokenizerOf(LoadedModel origin, Path from, @Nullable String file) throws IOException {
    if (file == null) {
      return origin
          .tokenizer()
          .orElseThrow(
              () -> new TrainingException(
                  "The model in " + from + " has no tokenizer.json; add --tokenizer with the one it was trained with."));
    }
    Tokenizer given = ModelFiles.loadTokenizer(Path.of(file));
    if (origin.tokenizer().filter(own -> !own.sha256().equals(given.sha256())).isPresent()) {
      throw new IllegalArgumentException("--tokenizer " + file + " is not the tokenizer of the model in " + from + "; leave it out.");
    }
    return given;
  }

  /** Goes on with the folder's newest save. */
  public TrainingResult resume() throws IOException {
    folder.requireSave();
    RunCheck.requireValid(given);
    try (FolderHold _ = folder.hold(); WholeSave saved = folder.resume()) {
      LoadedModel model = saved.model();
      MemoryPlan.ofRun(kernel, model.config(), given.withSteps(1).training()).requireFitsAgain(model.parameters());
      TrainingState state = saved.state();
      if (folder.dropUnsavedRun()) {
        listener.noticed(
            "The run that was to replace this one ended before its first save; the earlier one goes on from step " + state.step() + ".");
      }
      if (length.equals(RunLength.BY_STEPS) && given.steps() < state.step()) {
        throw new IllegalArgumentException(
            "The run has done " + state.step() + " steps already; give more steps to train further.");
      }
      try (TrainingData data = TrainingData.prepare(folder.tokens(), given, model.tokenizer(), kernel.threads(), listener)) {
        return train(given, data, model.parameters(), TrainingRun.Progress.of(state, ReturnPoint.of(state, folder, listener)),
            Optional.of(saved));
      }
    }
  }

  private TrainingResult train(
      RunOptions chosen, TrainingData data, ParameterSet parameters, TrainingRun.Progress progress, Optional<WholeSave> saved) {
    ModelConfig config = parameters.table().config();
    TrainingWindows windows = data.windows(config.contextLength(), chosen.seed(Seeds.Purpose.ORDER));
    Optional<HeldOutWindows> heldOut = data.heldOut(config.contextLength(), listener);
    RunOptions ofText = chosen.withText(data.text(), data.heldOutText());
    RunCheck.requireHeldOut(ofText.withSteps(1).training(), heldOut.isPresent());
    StepCount count = new StepCount(kernel, parameters, windows, heldOut, data.tokenizer(), listener);
    RunOptions options = count.fix(ofText, length, progress.step());
    TrainingOptions training = options.training();
    if (!HuggingFaceFolder.isKnownElsewhere(config)) {
      listener.noticed("No class of Hugging Face transformers has qk-norm in a gpt2: what is saved opens in Minnow alone.");
    }
    try (Trainer trainer = new Trainer(kernel, training, windows, parameters)) {
      saved.ifPresentOrElse(save -> restore(trainer, save), folder::beginRun);
      listener.started(
          new RunSummary(
              config,
              parameters.table().elementCount(),
              data.trainingTokens(),
              heldOut.map(HeldOutWindows::predictedTokens).orElse(0L),
              progress.step(),
              training));
      TrainingRun.Saver saver = run -> save(trainer, data, options, training, run);
      ReturnPoint returnPoint = new ReturnPoint(folder, () -> beginning(options, config));
      TrainingRun run =
          new TrainingRun(
              kernel, training, trainer, data.tokenizer(), heldOut, progress, saver, returnPoint, listener, stopRequested);
      boolean isChanged =
          saved.isPresent() && progress.step() < options.steps() && !options.areStoredIn(saved.get().state().options());
      return toItsEnd(run, trainer, isChanged);
    }
  }

  /** The run deletes the save later: a file that is still mapped would keep its place on the disk, and Windows would not delete it. */
  private static void restore(Trainer trainer, WholeSave save) {
    trainer.restore(save.state());
    save.closeMoments();
  }

  /**
   * Runs, and tells how that ended.
   *
   * @param isChanged whether the run goes on with other options than those of its save
   */
  private TrainingResult toItsEnd(TrainingRun run, Trainer trainer, boolean isChanged) {
    TrainingResult result;
    try {
      if (isChanged) {
        run.keepOptions();
      }
      result = run.run();
    } catch (RuntimeException | Error e) {
      String message = e.getMessage();
      listener.failed(trainer.steps(), message == null ? e.toString() : message);
      throw e;
    }
    listener.ended(result);
    return result;
  }

  /** Fresh parameters. */
  private ParameterSet initialized(ModelConfig config) {
    ParameterTable table = new ParameterTable(config, given.setup().initialization());
    return ParameterSet.initialized(table, given.seed(Seeds.Purpose.INITIALIZATION));
  }

  /** The parameters that the run began with. */
  private ParameterSet beginning(RunOptions options, ModelConfig config) {
    String from = options.setup().from();
    if (from == null) {
      return initialized(config);
    }
    ParameterSet parameters;
    try {
      parameters = ModelFiles.load(Path.of(from)).parameters();
    } catch (CheckpointException e) {
      throw new TrainingException("The run is to go back to the weights that it began with. " + e.getMessage());
    }
    if (options.beginning().isPresent() && options.beginning().getAsInt() != parameters.checksum()) {
      parameters.close();
      throw new TrainingException(
          "The run is to go back to the weights that it began with, and the model in " + from
              + " has others by now; start a new run with a lower --lr.");
    }
    return parameters;
  }

  private void save(Trainer trainer, TrainingData data, RunOptions options, TrainingOptions training, TrainingRun.Progress run) {
    ObjectNode stored = options.toJson();
    stored.set(StepGuard.KEY, trainer.guard().toJson());
    TrainingState state =
        new TrainingState(
            run.step(),
            run.step() * training.windowsPerStep(),
            training.seed(),
            run.best(),
            run.returnStep(),
            run.evaluations(),
            run.losses(),
            stored,
            trainer.memory());
    LoadedModel model = new LoadedModel(trainer.parameters().table().config(), trainer.parameters(), Optional.of(data.tokenizer()));
    folder.save(model, state, training.keep());
    data.settle();
    listener.saved(run.step(), folder.folder());
  }
}
