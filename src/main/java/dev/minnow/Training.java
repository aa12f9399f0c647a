package dev.minnow;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.FoldedResult;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.OptionNames;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.report.RunLogs;
import dev.minnow.train.run.FoldedTraining;
import dev.minnow.train.run.RunLength;
import dev.minnow.train.run.TrainingFolder;
import dev.minnow.train.run.TrainingJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model on text, from Java, and saves it as a folder that {@link LanguageModel#open} and Hugging Face tools open:
 *
 * {@snippet :
 * TrainingResult result = Training.on("novel.txt").withPreset(Preset.TINY).withMinutes(3).run(Path.of("checkpoints/novel"));
 * }
 *
 * <p>Each method gives a changed copy. The same seed gives the same bytes with any number of threads.
 *
 * <p>An interrupt of the thread that waits for {@link #run}, {@link #resume} or {@link #runFolds} asks the training to stop, as {@link
 * #withStop} does: it saves and ends, and the thread is interrupted still. While the text is prepared and nothing has begun, such a call
 * ends with a {@link java.util.concurrent.CancellationException} and leaves the runs in the folder as they were.
 */
public final class Training {
  private static final TrainingFolder.Advice OCCUPIED =
      new TrainingFolder.Advice("resume it", "add withOverwrite() to replace it", "choose another folder");

  private final Map<String, Object> options;
  private @Nullable Preset preset;
  private OptionalDouble minutes = OptionalDouble.empty();
  private OptionalDouble epochs = OptionalDouble.empty();
  private KernelChoice kernel = KernelChoice.AUTO;
  private int threads = Runtime.getRuntime().availableProcessors();
  private List<TrainingListener> listeners = List.of();
  private BooleanSupplier stop = () -> false;
  private boolean overwrite;

  private Training(Map<String, Object> options) {
    this.options = options;
  }

  /**
   * A training on texts, with the preset {@link Preset#TINY} for 2,000 steps.
   *
   * @param corpus files, folders, globs, or names of the catalogue such as {@code jdk}; may be left out for {@link #resume}
   */
  public static Training on(String... corpus) {
    return new Training(corpus.length == 0 ? Map.of() : Map.of("corpus", List.of(corpus)));
  }

  private Training copy() {
    return copy(options);
  }

  private RunOptions created() {
    if (!options.containsKey("corpus")) {
      throw new IllegalArgumentException("No corpus was given; name a file, a folder or a catalogue name such as jdk.");
    }
    return RunOptions.asked(preset, options);
  }

  private RunLength length() {
    if (options.containsKey("steps") && (minutes.isPresent() || epochs.isPresent())) {
      throw new IllegalArgumentException("Steps, minutes and epochs each say how long to train; give one of them.");
    }
    return new RunLength(minutes, epochs);
  }

  private Training copy(Map<String, Object> changed) {
    Training copy = new Training(changed);
    copy.preset = preset;
    copy.minutes = minutes;
    copy.epochs = epochs;
    copy.kernel = kernel;
    copy.threads = threads;
    copy.listeners = listeners;
    copy.stop = stop;
    copy.overwrite = overwrite;
    return copy;
  }

  /** With this size of model and what goes well with it, where no option says otherwise. */
  public Training withPreset(Preset value) {
    Training copy = copy();
    copy.preset = Objects.requireNonNull(value, "preset");
    return copy;
  }

  /**
   * With an option of the command {@code train}.
   *
   * @param name the long option's without dashes, such as {@code layers}, {@code lr} or {@code seed}
   * @param value a number, string, path, enum or list of strings or paths, as the option has it; {@link #run} refuses one of another kind
   * @throws IllegalArgumentException if there is no such option
   */
  public Training with(String name, Object value) {
    OptionNames.require(name);
    Objects.requireNonNull(value, "An option needs a value; leave it out for the usual one.");
    Map<String, Object> changed = new LinkedHashMap<>(options);
    changed.put(name, value);
    return copy(changed);
  }

  /** With so many updates in all. */
  public Training withSteps(long value) {
    return with("steps", value);
  }

  /** With as many updates as take about this long. */
  public Training withMinutes(double value) {
    Training copy = copy();
    copy.minutes = OptionalDouble.of(value);
    return copy;
  }

  /** With as many updates as read the corpus this often. */
  public Training withEpochs(double value) {
    Training copy = copy();
    copy.epochs = OptionalDouble.of(value);
    return copy;
  }

  public Training withKernel(KernelChoice value) {
    Training copy = copy();
    copy.kernel = Objects.requireNonNull(value, "kernel");
    return copy;
  }

  /** With so many threads, at least 1; one for each processor otherwise. */
  public Training withThreads(int value) {
    Training copy = copy();
    copy.threads = value;
    return copy;
  }

  /** With one that hears of each step, evaluation, sample and save, on the thread that trains, which is one of its own. */
  public Training withListener(TrainingListener listener) {
    Training copy = copy();
    copy.listeners = Stream.concat(listeners.stream(), Stream.of(Objects.requireNonNull(listener, "listener"))).toList();
    return copy;
  }

  /** Asked before every step; once true, the training saves and ends, and {@link #resume} can go on. */
  public Training withStop(BooleanSupplier requested) {
    Training copy = copy();
    copy.stop = Objects.requireNonNull(requested, "requested");
    return copy;
  }

  /** Replaces a run that is in the folder, by this one's first save. */
  public Training withOverwrite() {
    Training copy = copy();
    copy.overwrite = true;
    return copy;
  }

  /**
   * Trains a new model.
   *
   * @param folder to save to
   * @throws IllegalStateException if there is something in the folder, unless it is such a run and {@link #withOverwrite} was called
   * @throws IllegalArgumentException for an option out of range
   * @throws dev.minnow.corpus.CorpusException if the corpus cannot be read
   * @throws dev.minnow.train.TrainingException if the training cannot go on
   * @throws dev.minnow.checkpoint.CheckpointException if the folder cannot be written, or another run is at work in it
   */
  public TrainingResult run(Path folder) throws IOException {
    return TrainingThread.run(thread -> start(folder, thread));
  }

  private TrainingResult start(Path folder, TrainingThread thread) throws IOException {
    requireFree(new TrainingFolder(folder, false));
    try (Kernel opened = kernel.open(WeightUse.TRAINING, threads)) {
      return job(new CheckpointFolder(folder), created(), opened, thread).start();
    }
  }

  /**
   * Goes on with the newest save of a run as if it had not been interrupted, with the options that it has.
   *
   * @param folder of the run
   * @throws dev.minnow.checkpoint.CheckpointException if there is none
   * @throws IllegalArgumentException if an option, the kernel or a preset is given here that does not agree with the run; steps, minutes
   *     and epochs may differ, unless they come to fewer steps than it has done, and how often it evaluates, samples and saves
   * @throws dev.minnow.corpus.CorpusException if the corpus cannot be read, or is another by now
   * @throws dev.minnow.train.TrainingException if the training cannot go on
   */
  public TrainingResult resume(Path folder) throws IOException {
    return TrainingThread.run(thread -> resume(folder, thread));
  }

  private TrainingResult resume(Path folder, TrainingThread thread) throws IOException {
    CheckpointFolder checkpoint = new CheckpointFolder(folder);
    RunOptions stored = RunOptions.resumed(checkpoint, options).ofPreset(preset, options.keySet());
    try (Kernel opened = stored.kernelToGoOn(kernel).open(WeightUse.TRAINING, threads)) {
      return job(checkpoint, stored, opened, thread).resume();
    }
  }

  /**
   * Trains a model for each part of the text, which it holds out, with the option {@code folds}: cross-validation.
   *
   * @param folder of the folds' folders {@code fold-1} and so on; those that hold folds of the same options already go on or stay as they
   *     are, with the length that they have
   * @throws IllegalStateException if there is something else in the folder, unless it is such a run and {@link #withOverwrite} was called
   * @throws IllegalArgumentException for an option out of range, or without the option {@code folds}
   * @throws dev.minnow.corpus.CorpusException if the corpus cannot be read
   * @throws dev.minnow.train.TrainingException if the training cannot go on
   */
  public FoldedResult runFolds(Path folder) throws IOException {
    if (!options.containsKey("folds")) {
      throw new IllegalArgumentException("How many folds there are is missing; add with(\"folds\", 5), for example.");
    }
    return TrainingThread.run(thread -> runFolds(folder, thread));
  }

  private FoldedResult runFolds(Path folder, TrainingThread thread) throws IOException {
    boolean resumes = !overwrite && FoldedTraining.resumable(folder);
    if (!resumes) {
      requireFree(new TrainingFolder(folder, true));
    }
    RunLength asked = length();
    RunOptions run = resumes ? FoldedTraining.resumed(folder, options).ofPreset(preset, options.keySet()) : created();
    RunLength length = resumes ? RunLength.BY_STEPS : asked;
    try (Kernel opened = run.kernelToGoOn(kernel).open(WeightUse.TRAINING, threads)) {
      FoldedTraining training =
          new FoldedTraining(folder, run, length, opened, own -> listener(own, opened, thread), thread.stopOr(stop));
      return resumes ? training.resume() : training.start();
    }
  }

  private void requireFree(TrainingFolder folder) {
    folder.refusal(overwrite, OCCUPIED).ifPresent(refusal -> {
      throw new IllegalStateException(refusal);
    });
  }

  private TrainingJob job(CheckpointFolder checkpoint, RunOptions run, Kernel opened, TrainingThread thread) {
    TrainingListener listener = listener(checkpoint.folder(), opened, thread);
    return new TrainingJob(checkpoint, run, length(), opened, listener, thread.stopOr(stop));
  }

  private TrainingListener listener(Path folder, Kernel opened, TrainingThread thread) {
    return RunLogs.after(Stream.concat(Stream.of(thread), listeners.stream()).toList(), folder, opened);
  }
}
