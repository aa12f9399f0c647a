package dev.minnow.train.option;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.model.ModelConfig;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import dev.minnow.train.Schedule;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.step.Seeds;
import dev.minnow.train.step.StepGuard;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All options of a run as one flat JSON object, keyed by the names of the command line. It is what {@code training.json} keeps, so that
 * a resumed run takes its options from there.
 */
public final class RunOptions {
  /** Keys of a checksum of what a run from a model began with. */
  private static final String BEGINNING = "beginning";
  private static final String CHECKSUM = "checksum";

  private final ObjectNode values;

  /** Names of options that a person gave, in their order. */
  private final Set<String> given;

  private RunOptions(ObjectNode values, Set<String> given) {
    this.values = values;
    this.given = given;
  }

  /**
   * A new run's options as somebody asked for them.
   *
   * @param preset that was named, if one was; {@link Preset#TINY} is the usual one
   * @throws IllegalArgumentException if it has no say, since the model begins as another
   */
  public static RunOptions asked(@Nullable Preset preset, Map<String, Object> given) {
    if (preset != null && given.containsKey(OptionNames.FROM)) {
      throw new IllegalArgumentException(
          "A preset is the size of a new model, and --from begins with the weights of another; leave one of them out.");
    }
    return create(preset == null ? Preset.TINY : preset, given);
  }

  /** A new run's options: the preset's, where {@code given} does not say otherwise. */
  public static RunOptions create(Preset preset, Map<String, Object> given) {
    given.keySet().forEach(OptionNames::require);
    ObjectNode values = RunDefaults.of(preset);
    int usualWidth = values.get("width").intValue();
    if (given.containsKey(OptionNames.RECIPE)) {
      values.set(OptionNames.RECIPE, OptionValues.of(OptionNames.RECIPE, given.get(OptionNames.RECIPE)));
      OptionValues.choice(values, OptionNames.RECIPE, Recipe.class).put(values);
    }
    given.forEach((name, value) -> values.set(name, OptionValues.of(name, value)));
    DependentOptions.put(values, usualWidth, given.keySet());
    return new RunOptions(values, new LinkedHashSet<>(given.keySet()));
  }

  /**
   * The options that a checkpoint kept.
   *
   * @throws TrainingException if they are damaged
   */
  public static RunOptions stored(ObjectNode values) {
    RunOptions options = new RunOptions(values.deepCopy(), Set.of());
    RunDefaults.putMissing(options.values);
    try {
      RunCheck.requireValid(options);
    } catch (IllegalArgumentException e) {
      throw new TrainingException(
          "The options in the run's training.json are damaged (" + e.getMessage() + "); start a new run with --from.");
    }
    return options;
  }

  /**
   * The options of the newest save of a run with what it was given to go on.
   *
   * @throws dev.minnow.checkpoint.CheckpointException if there is no run
   * @throws TrainingException if its options are damaged
   * @throws IllegalArgumentException as {@link #resumedWith}
   */
  public static RunOptions resumed(CheckpointFolder folder, Map<String, Object> given) {
    return stored(folder.savedOptions()).resumedWith(given);
  }

  /** Names of the options that a person gave, in their order. */
  Set<String> given() {
    return given;
  }

  /** Whether an option has a value. */
  public boolean isSet(String name) {
    return values.hasNonNull(name);
  }

  /**
   * The same with the shape of a model to start from, and with what follows that where it is another.
   *
   * @throws IllegalArgumentException if an option was given that does not agree with it
   */
  public RunOptions withShapeOf(ModelConfig config) {
    RunOptions shaped = new RunOptions(values.deepCopy(), given);
    int width = values.path("width").asInt();
    StartingShape.put(config, shaped.values, given);
    if (width != config.width() || values.path("context").asInt() != config.contextLength()) {
      DependentOptions.putTraining(shaped.values, width, given);
    }
    return shaped;
  }

  /**
   * Stored options with what a resumed run was given.
   *
   * @throws IllegalArgumentException if one that may not change is given another value
   */
  public RunOptions resumedWith(Map<String, Object> given) {
    return new RunOptions(OptionAgreement.resumed(values, given), OptionAgreement.changeable(given.keySet()));
  }

  /**
   * These options of a stored run, for which a preset was named again.
   *
   * @param preset that was named, if one was
   * @param beside names of other options that were given with it
   * @throws IllegalArgumentException if the run is of another size
   */
  public RunOptions ofPreset(@Nullable Preset preset, Set<String> beside) {
    if (preset != null) {
      OptionAgreement.requireSize(values, preset, beside);
    }
    return this;
  }

  /** What a resumed fold takes from the others. */
  public Map<String, Object> forOtherFolds() {
    return OptionAgreement.forOtherFolds(values);
  }

  /** The options alone, for another fold, from 1: not what a run keeps with them of its text and course. */
  public RunOptions withFold(int number) {
    return new RunOptions(OptionAgreement.ofFold(values, number), given);
  }

  /** Whether this and other options are of folds of one training. */
  public boolean isFoldOf(RunOptions other) {
    return OptionAgreement.areOfFolds(values, other.values);
  }

  /** The same with the total of steps, and with evaluations, samples and saves spread over them where they were not given. */
  public RunOptions withSteps(long steps) {
    ObjectNode copy = values.deepCopy();
    copy.put("steps", steps);
    DependentOptions.putSpread(copy, steps, given);
    return new RunOptions(copy, given);
  }

  /** The same with other values, by name. */
  public RunOptions with(Map<String, Object> changed) {
    ObjectNode copy = values.deepCopy();
    changed.forEach((name, value) -> copy.set(name, OptionValues.of(name, value)));
    return new RunOptions(copy, given);
  }

  /**
   * The same with the training text, and the held-out one by which its losses are judged, so that a resumed run reads the same.
   *
   * @throws TrainingException if another text was kept
   */
  public RunOptions withText(TrainingText text, Optional<TrainingText> heldOut) {
    ObjectNode copy = values.deepCopy();
    text.put(copy);
    TrainingText.putHeldOut(copy, heldOut);
    return new RunOptions(copy, given);
  }

  /** The same with a checksum of the parameters that a run from a model begins with. */
  public RunOptions withBeginning(int checksum) {
    return with(Map.of(BEGINNING, Map.of(CHECKSUM, checksum)));
  }

  /** The checksum of the parameters that a run from a model began with, if it keeps one. */
  public OptionalInt beginning() {
    JsonNode checksum = values.path(BEGINNING).path(CHECKSUM);
    return checksum.isInt() ? OptionalInt.of(checksum.intValue()) : OptionalInt.empty();
  }

  /** Whether a save with these options says the same, but for how the run went up to there. */
  public boolean areStoredIn(ObjectNode save) {
    return OptionAgreement.areSame(values, save);
  }

  /** The text that a run has read already; none of a new one. */
  public Optional<TrainingText> text() {
    return TrainingText.stored(values);
  }

  /** The options that are set, by name, as the command line takes them. */
  public Map<String, String> words() {
    return OptionValues.words(values);
  }

  /** The folds of cross-validation; 0 where there is none. */
  public int folds() {
    return Math.toIntExact(OptionValues.whole(values, "folds"));
  }

  /** How many trainings the one of these folds has replaced in their folder, which tells its folds from theirs. */
  public long replaced() {
    return values.path(OptionNames.REPLACED).asLong();
  }

  /** The same with the number of trainings that were replaced. */
  public RunOptions withReplaced(long trainings) {
    return with(Map.of(OptionNames.REPLACED, trainings));
  }

  /** The same with the kernel that runs it: another one rounds otherwise, and a resumed run is to be the same. */
  public RunOptions withKernel(String name) {
    return with(Map.of("kernel", name));
  }

  /** The kernel that a stored run ran on; {@link KernelChoice#AUTO} if it does not say. */
  KernelChoice kernel() {
    return values.hasNonNull("kernel") ? KernelChoice.of(values.path("kernel").asText()) : KernelChoice.AUTO;
  }

  /**
   * The kernel that a stored run goes on with: its own, or where it does not say, the one asked for.
   *
   * @throws IllegalArgumentException if another than its own was asked for
   */
  public KernelChoice kernelToGoOn(KernelChoice asked) {
    return OptionAgreement.kernel(kernel(), asked);
  }

  /** Steps that did not touch the parameters of a run as it was saved. */
  public long skippedSteps() {
    return StepGuard.skipped(values.path(StepGuard.KEY));
  }

  /** The factor on the schedule's learning rates of a run that went back. */
  public double rateFactor() {
    return StepGuard.rateFactor(values.path(StepGuard.KEY));
  }

  public long steps() {
    return OptionValues.whole(values, "steps");
  }

  /**
   * The optimizer.
   *
   * @throws IllegalArgumentException if there is none of its name
   */
  OptimizerChoice optimizer() {
    return OptionValues.choice(values, OptionNames.OPTIMIZER, OptimizerChoice.class);
  }

  /**
   * The schedule of learning rates.
   *
   * @throws IllegalArgumentException if there is none of its name
   */
  Schedule schedule() {
    return OptionValues.choice(values, OptionNames.SCHEDULE, Schedule.class);
  }

  public long seed(Seeds.Purpose purpose) {
    return Seeds.of(OptionValues.whole(values, "seed"), purpose, 0);
  }

  /** The seed of the initial values of a model that does not come from elsewhere. */
  public long initializationSeed() {
    return seed(Seeds.Purpose.INITIALIZATION);
  }

  public RunSetup setup() {
    return OptionValues.convert(values, RunSetup.class);
  }

  /** The options of the run itself; {@link #withSteps} comes first. */
  public TrainingOptions training() {
    return OptionValues.convert(values, TrainingOptions.class);
  }

  /** A copy to keep. */
  public ObjectNode toJson() {
    return values.deepCopy();
  }
}
