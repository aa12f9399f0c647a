package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgufMetadata;
import dev.minnow.checkpoint.gguf.GgufWriter;
import dev.minnow.tokenizer.GgmlVocabulary;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.unicode.Quotes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The tokenizer inside a GGUF file. Where the format's own words cannot say all that decides an encoding, Hugging Face's
 * {@code tokenizer.json} is written beside them, and read before them.
 */
final class GgufTokenizer {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String MODEL = PREFIX + "model";
  private static final String PATTERN = PREFIX + "pre";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String KINDS = PREFIX + "token_type";
  private static final String MERGES = PREFIX + "merges";
  private static final String BEGIN = PREFIX + "bos_token_id";
  private static final String END = PREFIX + "eos_token_id";
  private static final String END_OF_TURN = PREFIX + "eot_token_id";
  private static final String ADDS_BEGIN = PREFIX + "add_bos_token";
  private static final String ADDS_END = PREFIX + "add_eos_token";

  /** Of Minnow alone: programs that know of {@link #BEGIN} take that token for one that no text has. */
  private static final String FIRST = "minnow.first_token_id";

  private static final String JSON = "tokenizer.huggingface.json";
  private static final String BYTE_PAIRS = "gpt2";

  /** What a file means that does not name its pattern: GPT-2's files are older than that key. */
  private static final String UNNAMED_PATTERN = "gpt-2";

  private GgufTokenizer() {}

  /**
   * Reads the tokenizer of a file, if there is one.
   *
   * @throws CheckpointException if it is damaged or of a kind that Minnow does not have
   */
  static Optional<Tokenizer> read(GgufMetadata metadata) {
    Optional<String> model = metadata.text(MODEL);
    if (model.isEmpty() || model.get().equals("none") || model.get().equals("no_vocab")) {
      return Optional.empty();
    }
    if (!model.get().equals(BYTE_PAIRS)) {
      throw metadata.wrong(
          MODEL,
          "must be \"" + BYTE_PAIRS + "\", byte-level byte-pair encoding, to be opened here, but it is "
              + Quotes.quote(model.get()));
    }
    try {
      List<String> tokens = metadata.texts(TOKENS).orElseThrow(() -> metadata.wrong(TOKENS, "must be an array, but it is missing"));
      OptionalInt end = metadata.wholeNumber(END, 0);
      OptionalInt first = metadata.wholeNumber(FIRST, 0);
      int[] ends = metadata.wholeNumber(END_OF_TURN, 0).stream().toArray();
      Optional<String> json = metadata.text(JSON);
      if (json.isPresent()) {
        Optional<String> endOfText =
            end.isPresent() && end.getAsInt() < tokens.size() ? Optional.of(tokens.get(end.getAsInt())) : Optional.empty();
        return Optional.of(
            Tokenizer.ofJson(json.get(), metadata.path() + " (" + JSON + ")", endOfText).withEnds(ends).withFirstToken(first));
      }
      Tokenizer tokenizer = vocabulary(metadata, tokens, end).toTokenizer(metadata.path().toString());
      return Optional.of(tokenizer.withEnds(ends).withFirstToken(first));
    } catch (TokenizerException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), e);
    }
  }

  private static GgmlVocabulary vocabulary(GgufMetadata metadata, List<String> tokens, OptionalInt end) {
    int[] allNormal = new int[tokens.size()];
    Arrays.fill(allNormal, 1);
    Optional<String> pattern = metadata.text(PATTERN);
    if (pattern.isEmpty() && !GgufHyperparameters.architecture(metadata).toString().equals(BYTE_PAIRS)) {
      throw metadata.wrong(PATTERN, "must say how text is cut into pieces, but it is missing");
    }
    return new GgmlVocabulary(
        pattern.orElse(UNNAMED_PATTERN),
        tokens,
        metadata.wholeNumbers(KINDS).orElse(allNormal),
        metadata.texts(MERGES).orElseThrow(() -> metadata.wrong(MERGES, "must be an array, but it is missing")),
        metadata.wholeNumber(BEGIN, 0),
        end,
        metadata.flag(ADDS_BEGIN),
        metadata.flag(ADDS_END).orElse(false));
  }

  /**
   * Writes a tokenizer.
   *
   * @param vocabularySize V of the model
   * @return what other programs will do otherwise, each as a sentence
   */
  static List<String> write(Tokenizer tokenizer, int vocabularySize, GgufWriter writer) {
    GgmlVocabulary vocabulary = GgmlVocabulary.of(tokenizer, vocabularySize);
    List<String> differences = GgmlVocabulary.differences(tokenizer);
    writer.put(MODEL, BYTE_PAIRS);
    writer.put(PATTERN, vocabulary.pattern());
    writer.put(TOKENS, vocabulary.tokens());
    writer.put(KINDS, vocabulary.kinds());
    writer.put(MERGES, vocabulary.merges());
    vocabulary.begin().ifPresent(id -> writer.put(BEGIN, id));
    vocabulary.end().ifPresent(id -> writer.put(END, id));
    int[] start = tokenizer.start();
    if (start.length == 1 && !tokenizer.beginningOfText().equals(OptionalInt.of(start[0]))) {
      writer.put(FIRST, start[0]);
    }
    int[] others = IntStream.of(tokenizer.ends()).filter(id -> id != vocabulary.end().orElse(-1)).toArray();
    IntStream.of(others).limit(1).forEach(id -> writer.put(END_OF_TURN, id));
    vocabulary.addsBegin().ifPresent(adds -> writer.put(ADDS_BEGIN, adds.booleanValue()));
    writer.put(ADDS_END, vocabulary.addsEnd());
    if (!differences.isEmpty()) {
      writer.put(JSON, new String(tokenizer.toJson(), StandardCharsets.UTF_8));
    }
    List<String> notices = new ArrayList<>();
    differences.forEach(difference -> notices.add(difference + "; Minnow itself reads the tokenizer whole."));
    if (vocabulary.end().isEmpty()) {
      notices.add(
          "llama.cpp takes token 11 for the end of a text where a vocabulary has no such token, as this one; do not let it stop there.");
    }
    if (others.length > 1) {
      notices.add(
          "A GGUF file names one token that ends a text besides the tokenizer's own, and this model has " + others.length
              + "; the others are left out.");
    }
    return notices;
  }
}
