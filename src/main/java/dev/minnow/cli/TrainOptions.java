package dev.minnow.cli;

import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.model.InitializationScheme;
import dev.minnow.train.Preset;
import dev.minnow.train.option.OptionNames;
import dev.minnow.train.option.Recipe;
import dev.minnow.train.option.RunCheck;
import dev.minnow.train.option.RunOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code train}; those not given are null. */
final class TrainOptions extends OptionGroup {
  /** What every command that reads a corpus takes for one. */
  static final String CORPUS =
      "Files, folders, globs, .zip, .gz or .jsonl files, or a catalogue name such as jdk (the Java sources in this JDK).";

  /** How long a run is, where it goes, and what is told and kept of it on the way. */
  private static final List<String> OF_A_RUN =
      List.of(
          "--steps", "--minutes", "--epochs", "--folds", "--out", "--eval-every", "--sample-every", "--save-every", "--patience", "--keep");

  private static final Set<String> OF_A_NEW_MODEL =
      Set.of(
          "--preset", "--init", "--arch", "--activation", "--qk-norm", "--layers", "--heads", "--kv-heads", "--width", "--context",
          "--vocab-size", "--share-layers");

  /** Decided where a corpus was prepared. */
  private static final Set<String> OF_A_PREPARATION =
      Set.of("--field", "--column", "--encoding", "--validation", "--folds", "--vocab-size");

  @Parameters(paramLabel = "CORPUS", arity = "0..*", converter = FileName.class,
      description = CORPUS)
  List<String> corpus = List.of();

  @Mixin
  ReadingSwitches reading = new ReadingSwitches();

  @Option(names = "--out", paramLabel = "DIR", description = "Checkpoint folder to write; checkpoints/NAME of the first corpus if absent.")
  @Nullable
  Path out;

  @Option(names = "--recipe", paramLabel = "NAME",
      description = "How the model is learned, where other options do not say otherwise: ${COMPLETION-CANDIDATES} (gpt2). fast has llama, "
          + "muon, zero-output, a high rate and its linear fall to 0.")
  @Nullable
  Recipe recipe;

  @Mixin
  ShapeOptions shape = new ShapeOptions();

  @Option(names = "--init", paramLabel = "NAME",
      description = "How the matrices of a new model's layers begin: ${COMPLETION-CANDIDATES} (gpt2). zero-output is gpt2 with matrices "
          + "of 0 where layers add to the residual stream.")
  @Nullable
  InitializationScheme initialization;

  @Option(names = "--tokenizer", paramLabel = "FILE",
      description = "Tokenizer to use instead of training one: a folder, tokenizer.json or GGUF file.")
  @Nullable
  Path tokenizer;

  @Option(names = "--from", paramLabel = "MODEL",
      description = "Start from the weights and tokenizer of this model folder or GGUF file.")
  @Nullable
  Path from;

  @Option(names = "--batch", description = "Windows of one pass.")
  @Nullable
  Integer batch;

  @Option(names = "--accumulate", description = "Passes whose gradients are added before an update.")
  @Nullable
  Integer accumulate;

  @Mixin
  LengthOptions length = new LengthOptions();

  @Mixin
  LearningOptions learning = new LearningOptions();

  @Option(names = "--label-smoothing", paramLabel = "SHARE",
      description = "Share of each target to spread evenly over the vocabulary; losses are told without it (0).")
  @Nullable
  Double labelSmoothing;

  @Option(names = "--dropout",
      description = "Share of elements to drop after the embedding, in attention and before residual additions (0).")
  @Nullable
  Double dropout;

  @Option(names = "--bpe-dropout", paramLabel = "CHANCE",
      description = "Spell the training text anew each epoch, with merges of the tokenizer left out by this chance, such as 0.1; held-out "
          + "text is spelled as ever (0).")
  @Nullable
  Double mergeDropout;

  @Option(names = "--validation", paramLabel = "FRACTION",
      description = "Share of the text to hold out (0.1, but at most 256 KiB; 0 for none).")
  @Nullable
  Double validation;

  @Option(names = "--folds", paramLabel = "K",
      description = "Cross-validation: train K models, each with another part of the text held out, in folders fold-1 to fold-K of --out.")
  @Nullable
  Integer folds;

  @Option(names = "--eval-every", description = "Steps between evaluations on held-out text (a tenth of the run; 0 for the end only).")
  @Nullable
  Long evalEvery;

  @Option(names = "--sample-every", description = "Steps between samples of generated text (a fifth of the run; 0 for none).")
  @Nullable
  Long sampleEvery;

  @Option(names = "--save-every",
      description = "Steps between saves, beside those of the best loss (a fifth of the run; 0 for none but the last).")
  @Nullable
  Long saveEvery;

  @Option(names = "--patience", description = "Stop after this many evaluations without a better loss; 0 for never (0).")
  @Nullable
  Integer patience;

  @Option(names = "--seed", description = "Fixes initialisation, data order, dropout and samples (1337).")
  @Nullable
  Long seed;

  @Option(names = "--keep",
      description = "Saves to keep, the newest among them, besides the best and the one that the run would go back to (2).")
  @Nullable
  Integer keep;

  /** Whether an option is one that a run which goes on has already, and that may not change. */
  static boolean isOfASavedRun(String option) {
    return option.equals("--preset") || option.equals("--kernel") || OptionNames.isFixed(option.substring("--".length()));
  }

  /** Whether an option is of a model that begins anew, and this one begins with the weights of another. */
  boolean isOfANewModel(String option) {
    return from != null && OF_A_NEW_MODEL.contains(option);
  }

  /** Whether an option is decided by others: by a corpus that was prepared, a tokenizer, an optimizer or a schedule that has none. */
  boolean isIdle(String option) {
    if (OF_A_PREPARATION.contains(option) && corpus.stream().anyMatch(word -> PreparedCorpus.find(word).isPresent())) {
      return true;
    }
    if (option.equals("--vocab-size") && tokenizer != null) {
      return true;
    }
    if (option.equals("--patience") || option.equals("--eval-every")) {
      return validation != null && validation == 0;
    }
    Map<String, Object> others = given();
    others.keySet().remove(option.substring("--".length()));
    return RunCheck.isOfAnother(option.substring("--".length()), RunOptions.create(Preset.TINY, others));
  }

  /** Whether an option says how a run goes that is more than a check. */
  static boolean isOfAWholeRun(String option) {
    return OF_A_RUN.contains(option);
  }

  /**
   * Refuses what says how a run goes, for a check that is none.
   *
   * @param further an option of that kind that is known elsewhere
   * @throws IllegalArgumentException if one is given
   */
  void requireNoRun(@Nullable String further) {
    String first = further != null ? further : OF_A_RUN.stream().filter(this::isGiven).findFirst().orElse(null);
    if (first != null) {
      throw new IllegalArgumentException(
          "--overfit-one-batch trains until the batch is learned, without evaluations, samples and saves; leave out " + first + ".");
    }
  }

  /** The options of the run that were given, the corpus first. */
  @Override
  Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    if (!corpus.isEmpty()) {
      given.put("corpus", corpus);
    }
    given.putAll(super.given());
    return given;
  }
}
