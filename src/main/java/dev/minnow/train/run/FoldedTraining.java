package dev.minnow.train.run;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.kernel.Kernel;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.FoldedResult;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingListeners;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunCheck;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.option.RunSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Cross-validation: trains a model for each of several parts of the text, which it holds out, in folders {@code fold-1}, {@code fold-2} and
 * so on. All have the same options, seed and number of steps.
 */
public final class FoldedTraining {
  private static final Pattern FOLD = Pattern.compile("fold-[1-9]\\d*");

  private final Path folder;
  private final RunOptions options;
  private final RunLength length;
  private final Kernel kernel;
  private final Function<Path, TrainingListener> listeners;
  private final BooleanSupplier stopRequested;

  /**
   * A training that {@link #start} or {@link #resume} runs.
   *
   * @param folder of the folds' folders
   * @param options with the number of folds
   * @param length as for {@link TrainingJob}; minutes are those of each fold
   * @param listeners gives the listener of the run in a folder
   * @param stopRequested asked before every step and every further fold; once true, the fold saves and ends, and no other begins
   * @throws IllegalArgumentException if there are fewer than two folds
   */
  public FoldedTraining(
      Path folder, RunOptions options, RunLength length, Kernel kernel, Function<Path, TrainingListener> listeners,
      BooleanSupplier stopRequested) {
    RunSetup.requireFolds(options.folds());
    this.folder = folder;
    this.options = options;
    this.length = length;
    this.kernel = kernel;
    this.listeners = listeners;
    this.stopRequested = stopRequested;
  }

  /** The folder of a fold, counted from 1. */
  public static Path fold(Path folder, int number) {
    return folder.resolve("fold-" + number);
  }

  /** Whether a folder has the name of a fold's. */
  static boolean isFold(Path folder) {
    return FOLD.matcher(folder.getFileName().toString()).matches() && Files.isDirectory(folder);
  }

  /** Whether there are folds to resume in a folder. */
  public static boolean resumable(Path folder) {
    return new CheckpointFolder(fold(folder, 1)).resumable();
  }

  /**
   * The options of the folds in a folder with what they were given to go on.
   *
   * @throws IllegalArgumentException if one that may not change is given another value
   */
  public static RunOptions resumed(Path folder, Map<String, Object> given) {
    return RunOptions.resumed(new CheckpointFolder(fold(folder, 1)), given);
  }

  /** Trains all folds anew; each one of an earlier training in the folder is replaced by the first save of its own. */
  public FoldedResult start() throws IOException {
    RunCheck.requireValidBeginning(options);
    String from = options.setup().from();
    if (from != null) {
      for (int number = 1; number <= options.folds(); number++) {
        TrainingFolder.requireOutside(Path.of(from), fold(folder, number));
      }
    }
    return run(false, options.withReplaced(trainingsBefore()));
  }

  /** More than any fold that is there has replaced. */
  private long trainingsBefore() {
    return IntStream.rangeClosed(1, options.folds())
        .mapToObj(number -> new CheckpointFolder(fold(folder, number)))
        .filter(CheckpointFolder::resumable)
        .mapToLong(FoldedTraining::replaced)
        .max()
        .orElse(-1) + 1;
  }

  private static long replaced(CheckpointFolder fold) {
    try {
      return RunOptions.resumed(fold, Map.of()).replaced();
    } catch (CheckpointException | TrainingException damaged) {
      return 0;
    }
  }

  /** Goes on: folds that are done stay as they are, the one that was interrupted goes on, and the others begin. */
  public FoldedResult resume() throws IOException {
    return run(true, options);
  }

  /** The first fold's, which every fold would learn from the same text. */
  private Optional<Tokenizer> tokenizer(int number) throws IOException {
    return number > 1 ? Optional.of(ModelFiles.loadTokenizer(fold(folder, 1))) : Optional.empty();
  }

  private FoldedResult run(boolean resumes, RunOptions asked) throws IOException {
    List<TrainingResult> results = new ArrayList<>();
    TrainingResult.End end = TrainingResult.End.STEPS;
    RunOptions chosen = asked;
    RunLength left = length;
    for (int number = 1; number <= options.folds(); number++) {
      if (number > 1 && stopRequested.getAsBoolean()) {
        end = TrainingResult.End.INTERRUPTED;
        break;
      }
      CheckpointFolder own = new CheckpointFolder(fold(folder, number));
      TrainingListener heard = listeners.apply(own.folder());
      TrainingListener listener = new TrainingListeners(List.of(new FoldHeading(heard, number, options.folds()), heard));
      boolean goesOn = resumes && own.resumable() && RunOptions.resumed(own, Map.of()).isFoldOf(chosen);
      RunOptions ofFold = goesOn ? RunOptions.resumed(own, chosen.forOtherFolds()) : chosen.withFold(number);
      TrainingJob job = new TrainingJob(own, ofFold, left, kernel, listener, stopRequested);
      TrainingResult result = goesOn ? job.resume() : job.start(tokenizer(number));
      results.add(result);
      end = result.end();
      if (end == TrainingResult.End.INTERRUPTED) {
        break;
      }
      // Minutes, if that is what was asked for, became steps.
      chosen = RunOptions.resumed(own, Map.of());
      left = RunLength.BY_STEPS;
    }
    return new FoldedResult(results, end);
  }
}
