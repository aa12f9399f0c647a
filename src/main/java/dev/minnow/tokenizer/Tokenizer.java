package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Text to token ids and back, by byte-level byte-pair encoding. Every byte string has an encoding, and decoding gives it back exactly.
 * Text from outside never becomes a special token, whatever it says. Immutable and thread-safe.
 */
public final class Tokenizer {
  private final Vocabulary vocabulary;
  private final MergeRules rules;
  private final Splitter splitter;
  private final OptionalInt endOfText;
  private final int[] idOfByte;

  /** Encoders at rest. Each remembers words, up to about 4 MB: no more are kept than can run at once. */
  private final ArrayBlockingQueue<TextEncoder> encoders = new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  Tokenizer(Vocabulary vocabulary, MergeRules rules, Splitter splitter, OptionalInt endOfText) {
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.splitter = splitter;
    this.endOfText = endOfText;
    this.idOfByte = vocabulary.idsOfBytes();
  }

  /** The 256 byte values as tokens, each its own id; there is no end-of-text token. */
  public static Tokenizer bytes() {
    byte[][] tokens = new byte[256][];
    for (int value = 0; value < tokens.length; value++) {
      tokens[value] = new byte[] {(byte) value};
    }
    MergeRules none = new MergeRules(new long[0], new int[0]);
    return new Tokenizer(new Vocabulary(tokens, List.of()), none, new Gpt2Splitter(), OptionalInt.empty());
  }

  /**
   * Reads a tokenizer.
   *
   * @param path a {@code tokenizer.json}, either file of GPT-2's pair ({@code encoder.json} and {@code vocab.bpe}, or
   *     {@code vocab.json} and {@code merges.txt}; the other beside it), or a folder that holds one of these. A
   *     {@code tokenizer_config.json} beside it says which token ends a text; without one it is {@code <|endoftext|>}, where there is one
   * @throws TokenizerException if there is none, it is damaged, or it uses something that is not supported: nothing is ignored that
   *     would change an encoding
   */
  public static Tokenizer load(Path path) throws IOException {
    return TokenizerFiles.load(path);
  }

  /** The contents of a {@code tokenizer.json} in the form and order of Hugging Face's own. */
  public byte[] toJson() {
    return TokenizerJsonWriter.write(this);
  }

  /** Writes {@link #toJson} to a file. */
  public void save(Path file) throws IOException {
    Files.write(file, toJson());
  }

  /** SHA-256 of {@link #toJson} in lower-case hexadecimal: equal for tokenizers that do the same. */
  public String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(toJson()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("Every Java platform has SHA-256.", impossible);
    }
  }

  /** V: ids are in [0, V). */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The id that stands between documents. */
  public OptionalInt endOfText() {
    return endOfText;
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
    return encode(Utf8.encode(text));
  }

  /** The token ids of a text in UTF-8; any other bytes are encoded too and come back unchanged. */
  public int[] encode(byte[] utf8) {
    IntArrayList ids = new IntArrayList(utf8.length / 3 + 8);
    encode(utf8, 0, utf8.length, ids);
    return ids.toIntArray();
  }

  /**
   * The token ids of a large text in UTF-8, found by several threads; the same as those of {@link #encode(byte[])}.
   *
   * @param threads to use at most
   * @throws IllegalArgumentException if that is less than 1
   */
  public int[] encode(byte[] utf8, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("Encoding needs at least 1 thread, not " + threads + ".");
    }
    IntArrayList ids = new IntArrayList(utf8.length / 3 + 8);
    new ParallelEncoder(splitter, this::encode, threads, ParallelEncoder.PART).encode(utf8, 0, utf8.length, ids);
    return ids.toIntArray();
  }

  /**
   * Adds the token ids of {@code utf8[from, to)} to {@code out}.
   *
   * @throws IndexOutOfBoundsException if the range is outside the array
   */
  public void encode(byte[] utf8, int from, int to, IntArrayList out) {
    Objects.checkFromToIndex(from, to, utf8.length);
    if (rules.size() == 0) {
      for (int i = from; i < to; i++) {
        out.add(idOfByte[utf8[i] & 0xFF]);
      }
      return;
    }
    TextEncoder idle = encoders.poll();
    TextEncoder encoder = idle == null ? new TextEncoder(splitter, rules, idOfByte) : idle;
    encoder.encode(utf8, from, to, out);
    encoders.offer(encoder);
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

  Vocabulary vocabulary() {
    return vocabulary;
  }

  MergeRules rules() {
    return rules;
  }
}
