package dev.minnow.train.inspect;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.SavedOptions;
import dev.minnow.checkpoint.SavedRun;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.TrainingException;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.option.RunSetup;
import dev.minnow.train.run.FoldedTraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a model's folder says of the training run that made it. A model from elsewhere has none, and a damaged one counts as none. */
public final class RunRecord {
  private final Path folder;
  private final Optional<RunOptions> options;
  private final long step;
  private final String absence;

  private RunRecord(Path folder, Optional<RunOptions> options, long step, String absence) {
    this.folder = folder;
    this.options = options;
    this.step = step;
    this.absence = absence;
  }

  /** Reads that of a model. */
  public static RunRecord read(Path model) {
    try {
      return SavedOptions.find(model).map(saved -> of(model, saved)).orElseGet(() -> absent(model, missing(model)));
    } catch (CheckpointException e) {
      return absent(model, String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
    }
  }

  private static RunRecord of(Path model, SavedOptions saved) {
    if (saved.options().isEmpty()) {
      return absent(model, "training.json has no options of a run");
    }
    try {
      RunOptions run = RunOptions.stored(saved.options());
      run.training();
      return new RunRecord(model, Optional.of(run), saved.step(), "");
    } catch (TrainingException | IllegalArgumentException e) {
      return absent(model, "the options in training.json are damaged");
    }
  }

  private static String missing(Path model) {
    return Files.isDirectory(model) ? "the folder has no training.json" : "a file of weights alone does not tell of its training";
  }

  /** The folders of the runs that a folder holds: those of folds, as many as there are of this training, or itself. */
  public static List<Path> runsIn(Path folder) {
    if (new CheckpointFolder(folder).resumable()) {
      return List.of(folder);
    }
    Optional<RunOptions> first = read(FoldedTraining.fold(folder, 1)).options();
    int most = first.map(RunOptions::folds).filter(folds -> folds > 0).orElse(Integer.MAX_VALUE);
    List<Path> folds =
        IntStream.rangeClosed(1, most)
            .mapToObj(number -> FoldedTraining.fold(folder, number))
            .takeWhile(Files::isDirectory)
            .filter(fold -> first.isEmpty() || isOf(first.get(), fold))
            .toList();
    return folds.isEmpty() ? List.of(folder) : folds;
  }

  /** Whether a fold is of the training with these options, not of one that this replaces; where it does not say, it counts. */
  private static boolean isOf(RunOptions training, Path fold) {
    return read(fold).options().map(options -> options.isFoldOf(training)).orElse(true);
  }

  private static RunRecord absent(Path model, String why) {
    return new RunRecord(model, Optional.empty(), 0, why);
  }

  /** The options of the run. */
  public Optional<RunOptions> options() {
    return options;
  }

  /** Steps that it had done, skipped ones included. */
  public long step() {
    return step;
  }

  /** Where its optimizer's moments may be: the folder, if it has them. */
  Optional<Path> moments() {
    return options.isPresent() && SavedRun.hasMoments(folder) ? Optional.of(folder) : Optional.empty();
  }

  /**
   * How the parameters of the model began.
   *
   * @param table that says how each began
   * @param seed of their generators
   */
  record Start(ParameterTable table, long seed) {}

  /** The start of a model of this shape, if the run began fresh; {@link #startUnknown} says why there is none. */
  Optional<Start> start(ModelConfig config) {
    return startUnknown(config).isPresent()
        ? Optional.empty()
        : options.map(run -> new Start(new ParameterTable(config, run.setup().initialization()), run.initializationSeed()));
  }

  /** Why nobody knows how a model of this shape began, in words; nothing if it is known. */
  Optional<String> startUnknown(ModelConfig config) {
    if (options.isEmpty()) {
      return Optional.of(absence);
    }
    RunSetup setup = options.get().setup();
    if (setup.from() != null) {
      return Optional.of("the run began with the weights of " + setup.from());
    }
    return setup.config(config.vocabularySize()).equals(config) ? Optional.empty() : Optional.of("training.json is that of another model");
  }
}
