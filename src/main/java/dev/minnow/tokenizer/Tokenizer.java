package dev.minnow.tokenizer;

import dev.minnow.tokenizer.encode.Encoders;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.Pipeline;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.SplitPattern;
import dev.minnow.tokenizer.unicode.Utf8;
import dev.minnow.tokenizer.unicode.Utf8Stream;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, by byte-level byte-pair encoding. Every byte string has an encoding, and decoding gives it back exactly.
 * Text from outside never becomes a special token, whatever it says, unless {@link EncodingOptions} ask for it. Immutable and thread-safe.
 */
public final class Tokenizer {
  private final Vocabulary vocabulary;
  private final MergeRules rules;
  private final Pipeline pipeline;
  private final Encoders encoders;
  private final OptionalInt endOfText;

  /** What ends a text besides. */
  private final int[] otherEnds;

  /** What a model's texts begin with. */
  private final OptionalInt firstToken;

  /** Once somebody asked for it: writing a large vocabulary takes half a second. */
  private volatile @Nullable String sha256;

  Tokenizer(Vocabulary vocabulary, MergeRules rules, Pipeline pipeline, OptionalInt endOfText) {
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.pipeline = pipeline;
    this.encoders = new Encoders(vocabulary, rules, pipeline);
    this.endOfText = endOfText;
    this.otherEnds = new int[0];
    this.firstToken = OptionalInt.empty();
  }

  private Tokenizer(Tokenizer same, int[] otherEnds, OptionalInt firstToken) {
    this.vocabulary = same.vocabulary;
    this.rules = same.rules;
    this.pipeline = same.pipeline;
    this.encoders = same.encoders;
    this.endOfText = same.endOfText;
    this.otherEnds = otherEnds;
    this.firstToken = firstToken;
  }

  /** The same, of a model whose texts end with any of these tokens too; ids outside of the vocabulary are left out. */
  public Tokenizer withEnds(int... ids) {
    int[] others =
        IntStream.of(ids).filter(id -> id >= 0 && id < vocabularySize() && id != endOfText.orElse(-1)).sorted().distinct().toArray();
    return new Tokenizer(this, others, firstToken);
  }

  /** The same, of a model that has learned to begin texts after this token ({@link #start}); none where it is outside the vocabulary. */
  public Tokenizer withFirstToken(OptionalInt id) {
    boolean isToken = id.isPresent() && id.getAsInt() >= 0 && id.getAsInt() < vocabularySize();
    return new Tokenizer(this, otherEnds, isToken ? id : OptionalInt.empty());
  }

  /** The 256 byte values as tokens, each its own id; there is no end-of-text token. */
  public static Tokenizer bytes() {
    byte[][] tokens = new byte[256][];
    for (int value = 0; value < tokens.length; value++) {
      tokens[value] = new byte[] {(byte) value};
    }
    MergeRules none = new MergeRules(new long[0], new int[0]);
    return new Tokenizer(new Vocabulary(tokens, List.of()), none, Pipeline.gpt2(), OptionalInt.empty());
  }

  /**
   * Reads a tokenizer.
   *
   * @param path a {@code tokenizer.json}, either file of GPT-2's pair ({@code encoder.json} and {@code vocab.bpe}, or
   *     {@code vocab.json} and {@code merges.txt}; the other beside it), or a folder that holds one of these. A
   *     {@code tokenizer_config.json} beside it says which token ends a text; without one it is {@code <|endoftext|>}, where there is one.
   *     The pair is cut by GPT-2's pattern, and has the tokens of an {@code added_tokens.json} beside it, too
   * @throws TokenizerException if there is none, it is damaged, or it uses something that is not supported, such as a pair whose
   *     {@code tokenizer_config.json} tells of another tokenizer than GPT-2's: nothing is ignored that would change an encoding
   * @throws IllegalArgumentException if it is a {@code .tiktoken} file, which needs a pattern
   */
  public static Tokenizer load(Path path) throws IOException {
    return TokenizerFiles.load(path, null);
  }

  /**
   * Reads a {@code .tiktoken} file, which does not say how its text is cut into pieces.
   *
   * @param pattern of {@link #patterns()}
   * @throws IllegalArgumentException if there is no such pattern, or it is another kind of file, which has a pattern of its own
   * @throws TokenizerException if it is damaged
   */
  public static Tokenizer load(Path path, String pattern) throws IOException {
    return TokenizerFiles.load(path, pattern);
  }

  /** The names of the split patterns that are known by name. */
  public static List<String> patterns() {
    return SplitPattern.names();
  }

  /**
   * Reads the contents of a {@code tokenizer.json}.
   *
   * @param source what errors call the place that they come from
   * @param endOfText content of the special token that ends a text; empty for {@code <|endoftext|>}, where there is one
   * @throws TokenizerException if they are damaged, or use something that is not supported
   */
  public static Tokenizer ofJson(String json, String source, Optional<String> endOfText) throws TokenizerException {
    return TokenizerJsonReader.read(json, source, endOfText.orElse(null));
  }

  /** The contents of a {@code tokenizer.json} in the form and order of Hugging Face's own. */
  public byte[] toJson() {
    return TokenizerJsonWriter.write(this);
  }

  /**
   * Writes a file, in the form that its name says: {@code .tiktoken}, either file of GPT-2's pair ({@code encoder.json} and
   * {@code vocab.bpe}, or {@code vocab.json} and {@code merges.txt}; the other is written beside it), or else {@link #toJson}, with a
   * {@code tokenizer_config.json} beside it where that alone can say which token ends a text and there is none. The folder is made if it is
   * missing.
   *
   * @throws TokenizerException if that form cannot say all that decides an encoding
   */
  public void save(Path file) throws IOException {
    TokenizerFiles.save(this, file);
  }

  /** The files that {@link #save} writes for this one: itself, or both of GPT-2's pair. */
  public static List<Path> savedFiles(Path file) {
    return TokenizerFiles.saved(file);
  }

  /** SHA-256 of {@link #toJson} in lower-case hexadecimal: equal for tokenizers that do the same. */
  public String sha256() {
    String known = sha256;
    if (known == null) {
      known = Sha256.hex(toJson());
      sha256 = known;
    }
    return known;
  }

  /** How many pairs of tokens merge. */
  public int mergeCount() {
    return rules.size();
  }

  /** What cuts text into pieces: a name of {@link #patterns()}, or "own" where it has none. */
  public String patternName() {
    return pipeline.preTokenizer().splitter().flatMap(SplitPattern::of).map(SplitPattern::name).orElse("own");
  }

  /** V: ids are in [0, V). */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The id that stands between documents. */
  public OptionalInt endOfText() {
    return endOfText;
  }

  /** Every id that ends a text: {@link #endOfText} first, then what a model's files name besides. */
  public int[] ends() {
    return IntStream.concat(endOfText.stream(), IntStream.of(otherEnds)).toArray();
  }

  /** Whether an id ends a text. */
  public boolean isEnd(int id) {
    return endOfText.orElse(-1) == id || Arrays.binarySearch(otherEnds, id) >= 0;
  }

  /** Whether an id is one that no text becomes. */
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /**
   * The bytes of a token, which need not be whole characters; of a special token, its name.
   *
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  /** The token ids of a text; a lone surrogate counts as U+FFFD. */
  public int[] encode(String text) {
    return encode(text, EncodingOptions.text());
  }

  /** The token ids of a text, encoded in a way of its own; a lone surrogate counts as U+FFFD. */
  public int[] encode(String text, EncodingOptions options) {
    return encode(Utf8.encode(text), options);
  }

  /** The token ids of a text in UTF-8; any other bytes are encoded too and come back unchanged. */
  public int[] encode(byte[] utf8) {
    return encode(utf8, EncodingOptions.text());
  }

  /** The token ids of a text in UTF-8, encoded in a way of its own; any other bytes are encoded too and come back unchanged. */
  public int[] encode(byte[] utf8, EncodingOptions options) {
    IntArrayList ids = new IntArrayList(utf8.length / 3 + 8);
    encode(utf8, 0, utf8.length, options, ids);
    return ids.toIntArray();
  }

  /**
   * The token ids of a large text in UTF-8, found by several threads; the same as those of {@link #encode(byte[])}.
   *
   * @param threads to use at most
   * @throws IllegalArgumentException if that is less than 1
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public int[] encode(byte[] utf8, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("Encoding needs at least 1 thread, not " + threads + ".");
    }
    IntArrayList ids = new IntArrayList(utf8.length / 3 + 8);
    encoders.encode(utf8, threads, ids);
    return ids.toIntArray();
  }

  /**
   * Adds the token ids of {@code utf8[from, to)}, encoded in a way of its own, to {@code out}.
   *
   * @throws IndexOutOfBoundsException if the range is outside the array
   */
  public void encode(byte[] utf8, int from, int to, EncodingOptions options, IntArrayList out) {
    Objects.checkFromToIndex(from, to, utf8.length);
    encoders.encode(utf8, from, to, options, out);
  }

  /** The one token that the tokenizer's template puts before a text, else {@link #endOfText}, which has stood before it in training. */
  public OptionalInt beginningOfText() {
    int[] before = pipeline.template().before();
    return before.length == 1 ? OptionalInt.of(before[0]) : endOfText();
  }

  /** The tokens that the tokenizer's template puts before a text, such as one that begins it; often none. */
  public int[] beginning() {
    return pipeline.template().before().clone();
  }

  /**
   * The tokens that a text begins with which has none yet: the template's, else that of {@link #withFirstToken}, else {@link #endOfText},
   * else a line's end.
   */
  public int[] start() {
    int[] before = beginning();
    if (before.length > 0) {
      return before;
    }
    OptionalInt first = firstToken.isPresent() ? firstToken : endOfText;
    return first.isPresent() ? new int[] {first.getAsInt()} : lineEnd();
  }

  /** The tokens that a line's end within a text becomes: where it stands alone, often one. */
  public int[] lineEnd() {
    return encode("\n", EncodingOptions.text().withContinuing(true));
  }

  /**
   * The bytes that tokens stand for; special tokens stand for none.
   *
   * @throws IllegalArgumentException if an id is outside the vocabulary
   */
  public byte[] decode(int[] ids) {
    return vocabulary.decode(ids);
  }

  /** The text that tokens stand for, with U+FFFD where their bytes are not UTF-8; special tokens are left out. */
  public String decodeToString(int[] ids) {
    return new String(decode(ids), StandardCharsets.UTF_8);
  }

  /** The text that tokens stand for as {@link #decodeToString(int[])} gives it, but with special tokens as they are written. */
  public String decodeWithSpecialTokens(int[] ids) {
    StringBuilder text = new StringBuilder();
    Utf8Stream characters = new Utf8Stream();
    for (int id : ids) {
      text.append(characters.accept(vocabulary.bytes(id)));
    }
    return text.append(characters.finish()).toString();
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  MergeRules rules() {
    return rules;
  }
}
