package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.longs.LongComparator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Learns a byte-level byte-pair vocabulary from documents. The ids are {@code <|endoftext|>}, then the 256 bytes by their stand-in
 * characters, then the merges in the order learned, as Hugging Face's trainer numbers them. The merges depend on the documents and the
 * tie rule only: neither on the order of the documents nor on the number of threads.
 */
public final class BpeTrainer {
  /** The bytes alone, each its own id. */
  public static final int SMALLEST_VOCABULARY = 256;

  /** Ids beyond this would be a model of tens of billions of parameters in its embedding alone. */
  public static final int LARGEST_VOCABULARY = 1 << 24;

  private final int vocabularySize;
  private final TieBreak tieBreak;
  private final int threads;
  private final MergeListener listener;

  /**
   * A trainer with Hugging Face's tie rule on all processors.
   *
   * @param vocabularySize V, everything counted: 256 bytes, end-of-text, merges. 256 means the bytes alone, without end-of-text
   * @throws IllegalArgumentException if it is not from 256 to 16,777,216
   */
  public BpeTrainer(int vocabularySize) {
    this(vocabularySize, TieBreak.SMALLEST_IDS, Runtime.getRuntime().availableProcessors(), (merges, wanted) -> {});
    if (vocabularySize < SMALLEST_VOCABULARY || vocabularySize > LARGEST_VOCABULARY) {
      throw new IllegalArgumentException(
          "A vocabulary size of " + vocabularySize + " is out of range; choose one from " + SMALLEST_VOCABULARY
              + " (the bytes alone) to " + LARGEST_VOCABULARY + ".");
    }
  }

  private BpeTrainer(int vocabularySize, TieBreak tieBreak, int threads, MergeListener listener) {
    this.vocabularySize = vocabularySize;
    this.tieBreak = tieBreak;
    this.threads = threads;
    this.listener = listener;
  }

  public BpeTrainer withTieBreak(TieBreak rule) {
    return new BpeTrainer(vocabularySize, rule, threads, listener);
  }

  /** With so many threads that count words; the result is the same with any number. */
  public BpeTrainer withThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("The number of threads must be at least 1, not " + count + ".");
    }
    return new BpeTrainer(vocabularySize, tieBreak, count, listener);
  }

  public BpeTrainer withListener(MergeListener heard) {
    return new BpeTrainer(vocabularySize, tieBreak, threads, heard);
  }

  /**
   * Learns from documents, read once. No merge reaches across two documents.
   *
   * @return a tokenizer with the vocabulary wanted, or a smaller one if the text has no more pairs to merge
   * @throws IOException if reading the documents fails
   */
  public Tokenizer train(DocumentSource documents) throws IOException {
    if (vocabularySize == SMALLEST_VOCABULARY) {
      return Tokenizer.bytes();
    }
    Splitter splitter = new Gpt2Splitter();
    WordCounts words = new WordCounter(splitter, threads).count(documents);
    TokenizerParts parts = new TokenizerParts("The trained vocabulary");
    parts.addAdded(AddedToken.special(0, TokenizerParts.END_OF_TEXT));
    learn(words, parts);
    return parts.build(Components.gpt2(), null);
  }

  private void learn(WordCounts words, TokenizerParts parts) throws TokenizerException {
    List<byte[]> tokens = new ArrayList<>();
    tokens.add(Utf8.encode(TokenizerParts.END_OF_TEXT));
    int[] idOfByte = new int[256];
    for (int value : ByteAlphabet.byteValuesInOrder()) {
      idOfByte[value] = tokens.size();
      parts.addToken(String.valueOf(ByteAlphabet.character(value)), tokens.size());
      tokens.add(new byte[] {(byte) value});
    }
    MergeLearner learner = new MergeLearner(words, idOfByte, tieOrder(tokens));
    int wanted = vocabularySize - tokens.size();
    int alphabet = tokens.size();
    while (tokens.size() < vocabularySize) {
      OptionalLong pair = learner.mostFrequentPair();
      if (pair.isEmpty()) {
        return;
      }
      byte[] left = tokens.get(MergeRules.left(pair.getAsLong()));
      byte[] right = tokens.get(MergeRules.right(pair.getAsLong()));
      byte[] joined = Arrays.copyOf(left, left.length + right.length);
      System.arraycopy(right, 0, joined, left.length, right.length);
      parts.addMerge(ByteAlphabet.write(left), ByteAlphabet.write(right));
      // A new token always: the same bytes between the same boundaries have merged in the same way, so no two pairs spell one token.
      int product = tokens.size();
      tokens.add(joined);
      parts.addToken(ByteAlphabet.write(joined), product);
      learner.merge(pair.getAsLong(), product);
      listener.merged(tokens.size() - alphabet, wanted);
    }
  }

  /** The order of equally frequent pairs. */
  private LongComparator tieOrder(List<byte[]> tokens) {
    return switch (tieBreak) {
      case SMALLEST_IDS -> Long::compare;
      case GREATEST_BYTES -> (one, other) -> {
        int left = Arrays.compareUnsigned(tokens.get(MergeRules.left(other)), tokens.get(MergeRules.left(one)));
        return left != 0 ? left : Arrays.compareUnsigned(tokens.get(MergeRules.right(other)), tokens.get(MergeRules.right(one)));
      };
    };
  }
}
