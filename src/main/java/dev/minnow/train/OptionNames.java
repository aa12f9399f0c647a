package dev.minnow.train;

/** Names of options that more than one class knows, as the command line and {@code training.json} have them. */
final class OptionNames {
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
  static final String VOCABULARY = "vocab-size";
  static final String SCHEDULE = "schedule";
  static final String OPTIMIZER = "optimizer";
  static final String MOMENTUM = "momentum";

  /** What the guard of steps knows, in the options of a save. */
  static final String STEADINESS = "steadiness";

  private OptionNames() {}
}
