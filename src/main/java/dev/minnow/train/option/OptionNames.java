package dev.minnow.train.option;

import java.util.Set;

/** Names of the options of a run, as the command line and {@code training.json} have them; those that more than one class knows. */
public final class OptionNames {
  static final String CORPUS = "corpus";
  static final String TOKENIZER = "tokenizer";
  static final String FROM = "from";
  static final String RECIPE = "recipe";
  static final String ARCHITECTURE = "arch";
  static final String ACTIVATION = "activation";
  static final String QUERY_KEY_NORM = "qk-norm";
  static final String KEY_VALUE_HEADS = "kv-heads";
  static final String SHARED_LAYERS = "share-layers";
  static final String INITIALIZATION = "init";
  static final String FOLD = "fold";
  static final String REPLACED = "replaced";
  static final String VOCABULARY = "vocab-size";
  public static final String SCHEDULE = "schedule";
  static final String OPTIMIZER = "optimizer";
  static final String MOMENTUM = "momentum";

  /** What the command train has besides, and Java's callers have methods for. */
  private static final Set<String> LENGTHS_AND_MEANS = Set.of("minutes", "epochs", "kernel", "threads");

  private OptionNames() {}

  /** Whether there is an option of this name that a person may give. */
  public static boolean isOption(String name) {
    return RunDefaults.isOption(name) && !isOfOneFold(name);
  }

  /** Whether there is an option of this name that keeps its value where a run goes on. */
  public static boolean isFixed(String name) {
    return isOption(name) && OptionAgreement.changeable(Set.of(name)).isEmpty();
  }

  /** Whether it is what the training of all folds tells one of them. */
  static boolean isOfOneFold(String name) {
    return name.equals(FOLD) || name.equals(REPLACED);
  }

  /**
   * Checks the name of an option that a person gives.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static void require(String name) {
    if (LENGTHS_AND_MEANS.contains(name)) {
      throw new IllegalArgumentException(
          "How long training takes and what computes are no options by name; call withMinutes, withEpochs, withKernel or withThreads.");
    }
    if (!isOption(name)) {
      throw new IllegalArgumentException("Training has no option \"" + name + "\"; minnow help train lists them.");
    }
  }
}
