package dev.minnow.corpus.prepare;

import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Preparation} makes of a corpus, and with what means.
 *
 * @param cleaning what is changed and what is left out
 * @param keepDuplicates whether copies stay; they fall on one side of the split all the same
 * @param tokenizer null to train one on the text that is kept
 * @param vocabularySize everything counted, of a tokenizer to train
 * @param validation share to hold out, in [0, 1); null for {@link HeldOutSplit#usualFraction}
 * @param memoryBytes what texts under way and tables may take together, at least {@link #LEAST_MEMORY_BYTES}; it changes no result, unless
 *     a tokenizer is trained on more different words than fit
 * @param threads that work, besides the one that reads and writes; it changes no result
 */
public record PreparationOptions(CleaningOptions cleaning, boolean keepDuplicates, @Nullable Tokenizer tokenizer, int vocabularySize,
    @Nullable Double validation, long memoryBytes, int threads) {
  /** Some of the largest pieces for each of two threads. */
  public static final long LEAST_MEMORY_BYTES = 64L << 20;

  public PreparationOptions {
    if (validation != null) {
      HeldOutSplit.requireFraction(validation);
    }
    if (tokenizer == null) {
      BpeTrainer.requireVocabulary(vocabularySize);
    }
    if (memoryBytes < LEAST_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "The memory must be at least " + (LEAST_MEMORY_BYTES >> 20) + " MiB, not " + memoryBytes + " bytes.");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("The number of threads must be at least 1, not " + threads + ".");
    }
  }

  /** The share to hold out of so many bytes of text. */
  double validationOf(long bytes) {
    return validation == null ? HeldOutSplit.usualFraction(bytes) : validation;
  }

  /** Bytes that pieces of text under way may take. A heap is up to twice as large as what lives in it. */
  long piecesBytes() {
    return memoryBytes / 8;
  }

  /** Bytes that the words of a tokenizer to train may take; its pairs take as much again. */
  long tablesBytes() {
    return memoryBytes / 8;
  }
}
