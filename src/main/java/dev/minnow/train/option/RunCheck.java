package dev.minnow.train.option;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Schedule;
import dev.minnow.train.TrainingOptions;

/** Refuses options of a run that do not go together, or not with the text and the tokenizer that they name. */
public final class RunCheck {
  private RunCheck() {}

  /**
   * Checks all options of a run, before any work is done.
   *
   * @throws IllegalArgumentException for a value out of range, or one that has no use beside others
   */
  public static void requireValid(RunOptions options) {
    TrainingOptions training = options.withSteps(options.steps()).training();
    options.kernel();
    options.given().forEach(name -> requireUse(name, options.optimizer(), options.schedule()));
    RunSetup setup = options.setup();
    setup.reading();
    boolean holdsOut = setup.validation() == null || setup.validation() != 0;
    requireHeldOut(training, holdsOut);
    if (!holdsOut && options.given().contains("eval-every") && training.evalEvery() > 0) {
      throw needsHeldOutText("eval-every");
    }
    if (setup.from() == null) {
      setup.config();
    } else if (options.given().contains(OptionNames.INITIALIZATION)) {
      throw new IllegalArgumentException(
          "--init is for a new model, and --from begins with the weights of another; leave one of them out.");
    }
  }

  /** Whether an option of this name is for another optimizer or schedule than a run's. */
  public static boolean isOfAnother(String option, RunOptions run) {
    return isOfAnother(option, run.optimizer()) || isOfAnother(option, run.schedule());
  }

  private static boolean isOfAnother(String option, OptimizerChoice optimizer) {
    return switch (option) {
      case OptionNames.MOMENTUM -> optimizer == OptimizerChoice.ADAMW;
      case "beta1", "beta2", "epsilon" -> optimizer == OptimizerChoice.SGD;
      default -> false;
    };
  }

  private static boolean isOfAnother(String option, Schedule schedule) {
    return option.equals("min-lr") && (schedule == Schedule.INVERSE_SQRT || schedule == Schedule.CONSTANT);
  }

  private static void requireUse(String option, OptimizerChoice optimizer, Schedule schedule) {
    if (isOfAnother(option, optimizer)) {
      throw new IllegalArgumentException("--" + option + " is not for --optimizer " + optimizer + ", which has none; leave it out.");
    }
    if (isOfAnother(option, schedule)) {
      throw new IllegalArgumentException("--" + option + " is not for --schedule " + schedule + ", which has none; leave it out.");
    }
  }

  /**
   * Checks all options of a run that is to begin, before any work is done.
   *
   * @throws IllegalArgumentException as {@link #requireValid}, and where a new model has not what they name of it
   */
  public static void requireValidBeginning(RunOptions options) {
    requireValid(options);
    if (options.setup().from() == null) {
      requireKinds(options, options.setup().config());
    }
  }

  /**
   * Checks that there is text to hold out, or what was held out, for options that go by it.
   *
   * @throws IllegalArgumentException if one of them has nothing to go by
   */
  public static void requireHeldOut(TrainingOptions training, boolean holdsOut) {
    if (training.patience() > 0 && !holdsOut) {
      throw needsHeldOutText("patience");
    }
  }

  private static IllegalArgumentException needsHeldOutText(String name) {
    return new IllegalArgumentException("--" + name + " needs held-out text; give --validation a share of the corpus.");
  }

  /**
   * Checks that a model has the kinds of parameters that options name.
   *
   * @throws IllegalArgumentException if it has not
   */
  public static void requireKinds(RunOptions options, ModelConfig config) {
    options.withSteps(1).training().learningRateScale().requireKindsOf(new ParameterTable(config));
  }

  /**
   * Checks the tokenizer that a new run is to take.
   *
   * @throws IllegalArgumentException if a vocabulary of another size was asked for
   */
  public static void requireVocabulary(RunOptions options, Tokenizer tokenizer) {
    int size = tokenizer.vocabularySize();
    if (options.given().contains(OptionNames.VOCABULARY) && options.setup().vocabularySize() != size) {
      throw new IllegalArgumentException(
          "The tokenizer that this run takes has a vocabulary of " + size + " already; leave out --" + OptionNames.VOCABULARY + ".");
    }
  }

  /**
   * Checks that a run's tokenizer has merges, where some are to be left out.
   *
   * @throws IllegalArgumentException if it has none
   */
  public static void requireMerges(RunSetup setup, Tokenizer tokenizer) {
    if (setup.mergeDropout() > 0 && tokenizer.mergeCount() == 0) {
      throw new IllegalArgumentException(
          "--bpe-dropout leaves out merges, and this run's tokenizer has none; leave it out"
              + (setup.tokenizer() == null && setup.from() == null ? " or choose a larger --vocab-size." : "."));
    }
  }
}
