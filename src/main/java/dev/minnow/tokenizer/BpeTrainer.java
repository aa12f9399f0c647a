package dev.minnow.tokenizer;

import dev.minnow.tokenizer.encode.ByteAlphabet;
import dev.minnow.tokenizer.learn.MergeLearner;
import dev.minnow.tokenizer.learn.MergeLimits;
import dev.minnow.tokenizer.learn.WordCounter;
import dev.minnow.tokenizer.learn.WordCounts;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.AddedTokenFinder;
import dev.minnow.tokenizer.split.SplitPattern;
import dev.minnow.tokenizer.unicode.Quotes;
import dev.minnow.tokenizer.unicode.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;

/**
 * Learns a byte-level byte-pair vocabulary from documents. The ids are the special tokens, then the 256 bytes by their stand-in
 * characters, then the merges in the order learned, as Hugging Face's trainer numbers them.
 *
 * <p>Memory is bounded, whatever the amount of text: where there are more different words than it can hold, the rarest are forgotten
 * again and again while counting, and the listener hears how many. The merges depend on the options and the documents only, never on the
 * number of threads; and as long as nothing is forgotten, not on the order of the documents either.
 */
public final class BpeTrainer {
  /** The bytes alone, each its own id. */
  public static final int SMALLEST_VOCABULARY = 256;

  /** Of a {@code tokenizer.json}: some 75 where tokens are words, and room for longer ones. */
  private static final int BYTES_OF_TOKEN = 128;

  /** As many as reading takes. */
  public static final int LARGEST_VOCABULARY = (int) (TokenizerFiles.LARGEST_BYTES / BYTES_OF_TOKEN);

  /** Enough for some 5,000 words. */
  public static final long SMALLEST_MEMORY = 1 << 20;

  /** Positions of words are ints, and a budget beyond this would allow more of them. */
  private static final long LARGEST_MEMORY = 10L << 30;

  private final int vocabularySize;
  private List<String> specialTokens;
  private MergeLimits limits = new MergeLimits(1, Integer.MAX_VALUE);
  private TieBreak tieBreak = TieBreak.SMALLEST_IDS;
  private SplitPattern pattern = SplitPattern.GPT2;
  private int threads = Runtime.getRuntime().availableProcessors();
  private long memoryBytes = Math.clamp(Runtime.getRuntime().maxMemory() / 2, SMALLEST_MEMORY, LARGEST_MEMORY);
  private WorkListener listener = WorkListener.SILENT;

  /**
   * A trainer with Hugging Face's tie rule and GPT-2's pieces, on all processors, with half of the heap.
   *
   * @param vocabularySize V, everything counted: special tokens, 256 bytes, merges. 256 means the bytes alone, without end-of-text
   * @throws IllegalArgumentException if it is not from 256 to 524,288
   */
  public BpeTrainer(int vocabularySize) {
    requireVocabulary(vocabularySize);
    this.vocabularySize = vocabularySize;
    this.specialTokens = vocabularySize == SMALLEST_VOCABULARY ? List.of() : List.of(TokenizerParts.END_OF_TEXT);
  }

  /**
   * Checks the size of a vocabulary to train.
   *
   * @throws IllegalArgumentException if a trainer would refuse it
   */
  public static void requireVocabulary(int size) {
    if (size < SMALLEST_VOCABULARY || size > LARGEST_VOCABULARY) {
      throw new IllegalArgumentException(
          "A vocabulary size of " + size + " is out of range; choose one from " + SMALLEST_VOCABULARY + " (the bytes alone) to "
              + LARGEST_VOCABULARY + ".");
    }
  }

  private BpeTrainer(BpeTrainer other) {
    this.vocabularySize = other.vocabularySize;
    this.specialTokens = other.specialTokens;
    this.limits = other.limits;
    this.tieBreak = other.tieBreak;
    this.pattern = other.pattern;
    this.threads = other.threads;
    this.memoryBytes = other.memoryBytes;
    this.listener = other.listener;
  }

  /**
   * With these special tokens as the first ids, in this order, in place of {@code <|endoftext|>} alone. Where they are written in the
   * text, they cut it and are not learned from; of several that begin at one place, the longest.
   *
   * @throws IllegalArgumentException if one is empty, there twice, not text, or what files write for ordinary bytes; or if the vocabulary
   *     has no room for them
   */
  public BpeTrainer withSpecialTokens(List<String> names) {
    for (String name : names) {
      requireDistinct(name);
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException("A special token is there twice; name each once.");
    }
    if (names.size() > vocabularySize - SMALLEST_VOCABULARY) {
      throw new IllegalArgumentException(
          "A vocabulary of " + vocabularySize + " has no room for 256 bytes and " + names.size() + " special tokens; choose a larger one.");
    }
    BpeTrainer copy = new BpeTrainer(this);
    copy.specialTokens = List.copyOf(names);
    return copy;
  }

  /** A file has one id for one string: text must not become a special token because their strings are alike. */
  private static void requireDistinct(String name) {
    byte[] utf8 = Utf8.encode(name);
    byte[] spelt = ByteAlphabet.read(name);
    boolean spellsOtherBytes = spelt != null && (spelt.length == 1 || !Arrays.equals(spelt, utf8));
    if (name.isEmpty() || spellsOtherBytes || !new String(utf8, StandardCharsets.UTF_8).equals(name)) {
      throw new IllegalArgumentException(
          "The special token " + Quotes.quote(name)
              + " could be mistaken for ordinary bytes; name it with more than one character and only ASCII, such as <|name|>.");
    }
  }

  /**
   * Ends when no pair occurs at least so often, 1 by default. 0 is taken as 1.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public BpeTrainer withMinFrequency(long occurrences) {
    if (occurrences < 0) {
      throw new IllegalArgumentException("The minimum frequency must not be negative, as " + occurrences + " is.");
    }
    BpeTrainer copy = new BpeTrainer(this);
    copy.limits = new MergeLimits(Math.max(occurrences, 1), limits.maxTokenLength());
    return copy;
  }

  /**
   * Makes only tokens shorter than this, or of two bytes. Strictly shorter, as Hugging Face's {@code max_token_length} has it.
   *
   * @param bytes at least 1
   * @throws IllegalArgumentException if it is less
   */
  public BpeTrainer withMaxTokenLength(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("The maximum token length must be at least 1 byte, not " + bytes + ".");
    }
    BpeTrainer copy = new BpeTrainer(this);
    copy.limits = new MergeLimits(limits.minFrequency(), bytes);
    return copy;
  }

  public BpeTrainer withTieBreak(TieBreak rule) {
    BpeTrainer copy = new BpeTrainer(this);
    copy.tieBreak = rule;
    return copy;
  }

  /**
   * With another pattern for the pieces inside which tokens are merged.
   *
   * @param name of {@link Tokenizer#patterns()}
   * @throws IllegalArgumentException if there is no such pattern
   */
  public BpeTrainer withPattern(String name) {
    BpeTrainer copy = new BpeTrainer(this);
    copy.pattern = SplitPattern.required(name);
    return copy;
  }

  /** With so many threads that count words, besides the one that reads; the result is the same with any number. */
  public BpeTrainer withThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("The number of threads must be at least 1, not " + count + ".");
    }
    BpeTrainer copy = new BpeTrainer(this);
    copy.threads = count;
    return copy;
  }

  /**
   * With so much memory for words and learning, about; for each thread come some 10 MB of text under way, or less where this is small.
   *
   * @throws IllegalArgumentException if it is less than {@link #SMALLEST_MEMORY}
   */
  public BpeTrainer withMemory(long bytes) {
    if (bytes < SMALLEST_MEMORY) {
      throw new IllegalArgumentException("Training needs at least " + SMALLEST_MEMORY + " bytes of memory for words, not " + bytes + ".");
    }
    BpeTrainer copy = new BpeTrainer(this);
    copy.memoryBytes = Math.min(bytes, LARGEST_MEMORY);
    return copy;
  }

  /** With one that hears of each merge, of words left out for want of memory, and of a vocabulary that stays smaller than wanted. */
  public BpeTrainer withListener(WorkListener heard) {
    BpeTrainer copy = new BpeTrainer(this);
    copy.listener = heard;
    return copy;
  }

  /**
   * Checks, before anything is learned, that {@link Tokenizer#save} can write what will be.
   *
   * @throws IllegalArgumentException if the form that the file's name says cannot hold the special tokens or the pattern
   */
  public void requireFits(Path file) {
    try {
      boolean bytes = vocabularySize == SMALLEST_VOCABULARY;
      TokenizerFiles.requireFits(bytes ? Tokenizer.bytes() : new VocabularyBuilder(specialTokens).build(pattern.components()), file);
    } catch (TokenizerException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
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
    VocabularyBuilder vocabulary = new VocabularyBuilder(specialTokens);
    MergeLearner learner = new MergeLearner(count(documents), vocabulary.idOfByte(), limits, vocabulary.order(tieBreak));
    int alphabet = vocabulary.size();
    while (vocabulary.size() < vocabularySize) {
      OptionalLong pair = learner.mostFrequentPair();
      if (pair.isEmpty()) {
        break;
      }
      learner.merge(vocabulary.addMerge(pair.getAsLong()));
      listener.working("learning merges", vocabulary.size() - alphabet, vocabularySize - alphabet);
    }
    if (vocabulary.size() < vocabularySize) {
      listener.noticed(
          "The text yields a vocabulary of " + vocabulary.size() + " tokens, fewer than the " + vocabularySize + " asked for.");
    }
    return vocabulary.build(pattern.components());
  }

  private WordCounts count(DocumentSource documents) throws IOException {
    List<AddedToken> specials = specialTokens.stream().map(name -> AddedToken.special(specialTokens.indexOf(name), name)).toList();
    return new WordCounter(pattern.splitter(), new AddedTokenFinder(specials), threads, memoryBytes, listener).count(documents);
  }
}
