package dev.minnow.train.option;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.ReadingOptions;
import dev.minnow.model.Architecture;
import dev.minnow.model.InitializationScheme;
import dev.minnow.model.ModelConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is trained on what.
 *
 * @param corpus files, folders, globs or catalogue names
 * @param field of JSON objects that holds the text; null for the usual one, as for column and encoding ({@link ReadingOptions})
 * @param column of CSV files that holds the text
 * @param encoding of files without a byte order mark
 * @param tokenizer a file or folder to load it from; null to train one
 * @param from a checkpoint folder whose weights begin the run; null for fresh ones
 * @param architecture which pieces the model has
 * @param activation between feed-forward matrices
 * @param queryKeyNorm whether heads of queries and keys are normalised
 * @param layers L
 * @param heads H
 * @param keyValueHeads G
 * @param width C
 * @param context T
 * @param sharedLayers layers in a row with one set of parameters
 * @param vocabularySize everything counted, of a tokenizer to train
 * @param initialization of a model that does not come from elsewhere
 * @param mergeDropout chance that training text is spelled without a merge of the tokenizer that applies
 * @param validation share of the corpus to hold out; null for a tenth of small corpora and less of large ones
 * @param folds into how many parts cross-validation cuts the text; 0 for none
 * @param fold the part that this run holds out, from 1; 0 for none
 */
public record RunSetup(
    List<String> corpus,
    @Nullable String field,
    @Nullable String column,
    @Nullable String encoding,
    @Nullable String tokenizer,
    @Nullable String from,
    @JsonProperty("arch") Architecture architecture,
    ModelConfig.Activation activation,
    @JsonProperty("qk-norm") boolean queryKeyNorm,
    int layers,
    int heads,
    @JsonProperty("kv-heads") int keyValueHeads,
    int width,
    int context,
    @JsonProperty("share-layers") int sharedLayers,
    @JsonProperty("vocab-size") int vocabularySize,
    @JsonProperty("init") InitializationScheme initialization,
    @JsonProperty("bpe-dropout") double mergeDropout,
    @Nullable Double validation,
    int folds,
    int fold) {
  private static final int MOST_FOLDS = 1000;

  /** Throws {@link IllegalArgumentException} for a value out of range. */
  public RunSetup {
    if (!(mergeDropout >= 0 && mergeDropout < 1)) {
      throw new IllegalArgumentException("--bpe-dropout must be at least 0 and below 1, not " + mergeDropout + ".");
    }
    if (validation != null) {
      HeldOutSplit.requireFraction(validation);
    }
    if (folds != 0) {
      requireFolds(folds);
    }
    if (folds > 0 && validation != null) {
      throw new IllegalArgumentException("--folds holds out each part of the text in turn; leave out --validation.");
    }
  }

  /** Throws {@link IllegalArgumentException} unless the text can be cut into so many parts, to hold out each in turn. */
  public static void requireFolds(int folds) {
    if (folds < 2 || folds > MOST_FOLDS) {
      throw new IllegalArgumentException("--folds must be from 2 to " + MOST_FOLDS + ", not " + folds + ".");
    }
  }

  /** Where the text stands in the files of the corpus. */
  public ReadingOptions reading() {
    return ReadingOptions.of(field, column, encoding);
  }

  /**
   * The model of this shape.
   *
   * @throws IllegalArgumentException for a size out of range
   */
  public ModelConfig config() {
    return config(vocabularySize);
  }

  /** The same with the vocabulary that a tokenizer came to have. */
  public ModelConfig config(int vocabulary) {
    if (!isOf(architecture, activation)) {
      throw new IllegalArgumentException("--activation " + activation + " is not for " + architecture + "; leave it out.");
    }
    ModelConfig config = switch (architecture) {
      case GPT2 -> {
        if (keyValueHeads != heads) {
          throw new IllegalArgumentException(
              "--kv-heads " + keyValueHeads + " is not for gpt2, which has keys and values for each of its " + heads
                  + " heads; leave it out or add --arch llama.");
        }
        yield ModelConfig.gpt2(vocabulary, context, width, layers, heads);
      }
      case LLAMA -> ModelConfig.llama(vocabulary, context, width, layers, heads, keyValueHeads);
    };
    return config.withActivation(activation).withQueryKeyNorm(queryKeyNorm).withSharedLayers(sharedLayers);
  }

  private static boolean isOf(Architecture architecture, ModelConfig.Activation activation) {
    return (architecture == Architecture.LLAMA) == (activation == ModelConfig.Activation.SWIGLU);
  }
}
