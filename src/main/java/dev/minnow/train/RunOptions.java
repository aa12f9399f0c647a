package dev.minnow.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.model.ModelConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All options of a run as one flat JSON object, keyed by the names of the command line. It is what {@code training.json} keeps, so that
 * a resumed run takes its options from there.
 */
public final class RunOptions {
  /** What a resumed run may change: how long it is, and what is told and kept of it. */
  private static final Set<String> CHANGEABLE =
      Set.of("steps", "eval-every", "sample-every", "save-every", "patience", "keep");

  /** Options of how the files of a corpus are read. */
  static final List<String> READING = List.of("field", "column", "encoding");

  /** What the command train has besides, and Java's callers have methods for. */
  private static final Set<String> LENGTHS_AND_MEANS = Set.of("minutes", "epochs", "kernel", "threads");

  private static final String TRAINING_TEXT = "training-text";

  private static final long ONE_BATCH_WARMUP = 10;

  private final ObjectNode values;

  /** Names of options that a person gave, for a new run. */
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
          "--preset is the size of a new model, and --from begins with the weights of another; leave one of them out.");
    }
    return create(preset == null ? Preset.TINY : preset, given);
  }

  /** A new run's options: the preset's, where {@code given} does not say otherwise. */
  public static RunOptions create(Preset preset, Map<String, Object> given) {
    given.keySet().forEach(RunOptions::requireName);
    ObjectNode values = RunDefaults.of(preset);
    if (given.containsKey(OptionNames.RECIPE)) {
      values.set(OptionNames.RECIPE, OptionValues.of(OptionNames.RECIPE, given.get(OptionNames.RECIPE)));
      OptionValues.choice(values, OptionNames.RECIPE, Recipe.class).put(values);
    }
    given.forEach((name, value) -> values.set(name, OptionValues.of(name, value)));
    DependentOptions.put(values, given.keySet());
    return new RunOptions(values, Set.copyOf(given.keySet()));
  }

  /**
   * Checks the name of an option.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static void requireName(String name) {
    if (LENGTHS_AND_MEANS.contains(name)) {
      throw new IllegalArgumentException(
          "How long training takes and what computes are no options by name; call withMinutes, withEpochs, withKernel or withThreads.");
    }
    if (!RunDefaults.isOption(name) || name.equals(OptionNames.FOLD)) {
      throw new IllegalArgumentException("Training has no option \"" + name + "\"; minnow help train lists them.");
    }
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
      options.requireValid();
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

  /**
   * Checks the vocabulary that a new run asks for.
   *
   * @param size of the tokenizer that it is to take
   * @throws IllegalArgumentException if another was asked for
   */
  void requireVocabulary(int size) {
    if (given.contains(OptionNames.VOCABULARY) && values.path(OptionNames.VOCABULARY).intValue() != size) {
      throw new IllegalArgumentException(
          "The tokenizer that this run takes has a vocabulary of " + size + " already; leave out --" + OptionNames.VOCABULARY + ".");
    }
  }

  private Schedule schedule() {
    return OptionValues.choice(values, OptionNames.SCHEDULE, Schedule.class);
  }

  /** Whether an option has a value. */
  boolean isSet(String name) {
    return values.hasNonNull(name);
  }

  /** Throws {@link IllegalArgumentException} for a value out of range, before any work is done. */
  void requireValid() {
    TrainingOptions training = withSteps(steps()).training();
    kernel();
    given.forEach(optimizer()::requireUseOf);
    given.forEach(schedule()::requireUseOf);
    RunSetup setup = setup();
    setup.reading();
    boolean evaluates = training.patience() > 0 || given.contains("eval-every") && training.evalEvery() > 0;
    if (evaluates && setup.validation() != null && setup.validation() == 0) {
      throw needsHeldOutText(training.patience() > 0 ? "patience" : "eval-every");
    }
    if (setup.from() == null) {
      setup.config();
    } else if (given.contains(OptionNames.INITIALIZATION)) {
      throw new IllegalArgumentException(
          "--init is for a new model, and --from begins with the weights of another; leave one of them out.");
    }
  }

  /** Says that an option of this name has nothing to go by. */
  static IllegalArgumentException needsHeldOutText(String name) {
    return new IllegalArgumentException("--" + name + " needs held-out text; give --validation a share of the corpus.");
  }

  /**
   * The same with the shape of a model to start from.
   *
   * @throws IllegalArgumentException if an option was given that does not agree with it
   */
  RunOptions withShapeOf(ModelConfig config) {
    RunOptions shaped = new RunOptions(values.deepCopy(), given);
    StartingShape.put(config, shaped.values, given);
    DependentOptions.putTraining(shaped.values, given);
    return shaped;
  }

  /**
   * Stored options with what a resumed run was given.
   *
   * @throws IllegalArgumentException if one that may not change is given another value
   */
  public RunOptions resumedWith(Map<String, Object> given) {
    ObjectNode merged = values.deepCopy();
    given.forEach(
        (name, value) -> {
          JsonNode node = OptionValues.of(name, value);
          JsonNode stored = values.path(name);
          if (OptionValues.areSame(stored, node)) {
            return;
          }
          if (!CHANGEABLE.contains(name)) {
            throw new IllegalArgumentException(
                (name.equals(OptionNames.CORPUS) ? "The corpus " : "--" + name + " ") + said(name, node)
                    + " does not agree with the run to resume, which has " + said(name, stored) + "; leave it out or start a new run.");
          }
          merged.set(name, node);
        });
    DependentOptions.putSpread(merged, OptionValues.whole(merged, "steps"), given.keySet());
    return new RunOptions(merged, given.keySet().stream().filter(CHANGEABLE::contains).collect(Collectors.toSet()));
  }

  /** What a resumed fold takes from the others; what follows the steps it has by itself. */
  Map<String, Object> changeable() {
    return values.propertyStream()
        .filter(option -> CHANGEABLE.contains(option.getKey()) && !values.path(DependentOptions.SPREAD).has(option.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String said(String name, JsonNode value) {
    String word = OptionValues.word(name, value);
    return word.isEmpty() ? "none" : word;
  }

  /** The same with the total of steps, and with evaluations, samples and saves spread over them where they were not given. */
  public RunOptions withSteps(long steps) {
    ObjectNode copy = values.deepCopy();
    copy.put("steps", steps);
    DependentOptions.putSpread(copy, steps, given);
    return new RunOptions(copy, given);
  }

  /** The same for so many steps on one batch: at one rate after a short warm-up, and with nothing that keeps from learning by heart. */
  RunOptions forOneBatch(long steps) {
    ObjectNode copy = values.deepCopy();
    copy.put("steps", steps);
    copy.put(OptionNames.SCHEDULE, Schedule.CONSTANT.name());
    copy.put("warmup", Math.min(copy.path("warmup").longValue(), ONE_BATCH_WARMUP));
    for (String name : new String[] {"dropout", "weight-decay", "label-smoothing", "ema"}) {
      copy.put(name, 0.0);
    }
    return new RunOptions(copy, given).withSteps(steps);
  }

  /**
   * The same with what identifies the training text, so that a resumed run reads the same.
   *
   * @throws TrainingException if another text was kept
   */
  RunOptions withCorpus(long tokens, int checksum) {
    if (values.has(TRAINING_TEXT) && !isText(tokens, checksum)) {
      throw new TrainingException(
          "The corpus changed since the run was saved; put its files back, or start a new run with --from for these weights.");
    }
    ObjectNode copy = values.deepCopy();
    copy.putObject(TRAINING_TEXT).put("tokens", tokens).put("checksum", checksum);
    return new RunOptions(copy, given);
  }

  /** Whether this is the text that a run has read. */
  boolean isText(long tokens, int checksum) {
    JsonNode kept = values.path(TRAINING_TEXT);
    return kept.path("tokens").asLong(-1) == tokens && kept.path("checksum").isNumber() && kept.path("checksum").intValue() == checksum;
  }

  /** Whether a run has read a text already, which {@link #withCorpus} knows again. */
  boolean hasText() {
    return values.hasNonNull(TRAINING_TEXT);
  }

  /** The options alone, for another fold, from 1: not what a run keeps with them of its text and course. */
  RunOptions withFold(int number) {
    ObjectNode copy = values.deepCopy();
    copy.propertyStream()
        .map(Map.Entry::getKey)
        .filter(name -> !RunDefaults.isOption(name) && !name.equals(DependentOptions.SPREAD))
        .toList()
        .forEach(copy::remove);
    copy.put(OptionNames.FOLD, number);
    return new RunOptions(copy, given);
  }

  /** Whether this and other options are of folds of one training. */
  boolean isFoldOf(RunOptions other) {
    Set<String> shared = shared();
    return shared.equals(other.shared())
        && shared.stream().allMatch(name -> OptionValues.areSame(values.path(name), other.values.path(name)));
  }

  /** The options that all folds of one training have in common. */
  private Set<String> shared() {
    return values.propertyStream()
        .map(Map.Entry::getKey)
        .filter(name -> RunDefaults.isOption(name) && !name.equals(OptionNames.FOLD) && !CHANGEABLE.contains(name))
        .collect(Collectors.toSet());
  }

  /** The options that are set, by name, as the command line takes them. */
  public Map<String, String> words() {
    return OptionValues.words(values);
  }

  /** The folds of cross-validation; 0 where there is none. */
  public int folds() {
    return Math.toIntExact(OptionValues.whole(values, "folds"));
  }

  /** The same with the kernel that runs it: another one rounds otherwise, and a resumed run is to be the same. */
  RunOptions withKernel(String name) {
    ObjectNode copy = values.deepCopy();
    copy.put("kernel", name);
    return new RunOptions(copy, given);
  }

  /** The kernel that a stored run ran on; {@link KernelChoice#AUTO} if it does not say. */
  public KernelChoice kernel() {
    return values.hasNonNull("kernel") ? KernelChoice.of(values.path("kernel").asText()) : KernelChoice.AUTO;
  }

  /**
   * The kernel that a stored run goes on with: its own, or where it does not say, the one asked for.
   *
   * @throws IllegalArgumentException if another than its own was asked for
   */
  public KernelChoice kernelToGoOn(KernelChoice asked) {
    KernelChoice own = kernel();
    if (asked != KernelChoice.AUTO && own != KernelChoice.AUTO && asked != own) {
      throw new IllegalArgumentException(
          "--kernel " + asked + " does not agree with the run to resume, which has " + own + "; leave it out or start a new run.");
    }
    return own == KernelChoice.AUTO ? asked : own;
  }

  /** Steps that did not touch the parameters of a run as it was saved. */
  public long skippedSteps() {
    return StepGuard.skipped(values.path(OptionNames.STEADINESS));
  }

  /** The factor on the schedule's learning rates of a run that went back. */
  public double rateFactor() {
    return StepGuard.rateFactor(values.path(OptionNames.STEADINESS));
  }

  long steps() {
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

  long seed(Seeds.Purpose purpose) {
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
