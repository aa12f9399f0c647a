package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.Pipeline;
import dev.minnow.tokenizer.encode.Template;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer in the words of a GGUF file, under {@code tokenizer.ggml}.
 *
 * @param pattern name of the way that text is cut into pieces, {@code pre}
 * @param tokens by id, in the byte alphabet or, if they are found in text as a whole, as they are written
 * @param kinds by id, {@code token_type}
 * @param merges two tokens with a space between, by rank
 * @param begin id of the token that begins a text
 * @param end id of the token that ends a text
 * @param addsBegin whether every text begins with it; empty where the pattern decides
 * @param addsEnd whether every text ends with it
 */
public record GgmlVocabulary(
    String pattern,
    List<String> tokens,
    int[] kinds,
    List<String> merges,
    OptionalInt begin,
    OptionalInt end,
    Optional<Boolean> addsBegin,
    boolean addsEnd) {
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  /**
   * A tokenizer in these words; {@link #differences} says what they cannot say.
   *
   * @param size V of the model, at least the tokenizer's: tokens that no text becomes fill the rest
   */
  public static GgmlVocabulary of(Tokenizer tokenizer, int size) {
    Vocabulary vocabulary = tokenizer.vocabulary();
    List<String> tokens = new ArrayList<>();
    int[] kinds = new int[size];
    Arrays.fill(kinds, NORMAL);
    for (int id = 0; id < vocabulary.size(); id++) {
      tokens.add(vocabulary.written(id));
      if (vocabulary.isAdded(id)) {
        kinds[id] = vocabulary.isSpecial(id) ? CONTROL : USER_DEFINED;
      }
    }
    Set<String> taken = new HashSet<>(tokens);
    for (int id = tokens.size(); id < size; id++) {
      String name = "[PAD" + id + "]";
      while (!taken.add(name)) {
        name = "[" + name + "]";
      }
      tokens.add(name);
      kinds[id] = UNUSED;
    }
    MergeRules rules = tokenizer.rules();
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < rules.size(); rank++) {
      long pair = rules.pair(rank);
      merges.add(vocabulary.written(MergeRules.left(pair)) + " " + vocabulary.written(MergeRules.right(pair)));
    }
    Template template = tokenizer.pipeline().template();
    OptionalInt begin = tokenizer.beginningOfText();
    return new GgmlVocabulary(
        pattern(tokenizer),
        tokens,
        kinds,
        merges,
        begin,
        tokenizer.endOfText(),
        Optional.of(template.before().length == 1),
        template.after().length == 1);
  }

  /** What llama.cpp does not know, it must refuse and not mistake for something else: such a name is none of its own. */
  private static String pattern(Tokenizer tokenizer) {
    Pipeline pipeline = tokenizer.pipeline();
    if (pipeline.components().preTokenizer().equals(Components.digits().preTokenizer())) {
      return GgmlPattern.DIGITS.name();
    }
    return switch (tokenizer.patternName()) {
      case "gpt2" -> GgmlPattern.GPT2.name();
      case "llama3" -> (pipeline.ignoresMerges() ? GgmlPattern.LLAMA3 : GgmlPattern.DBRX).name();
      case "cl100k" -> GgmlPattern.DBRX.name();
      case "qwen2" -> GgmlPattern.QWEN2.name();
      case "o200k" -> GgmlPattern.O200K.name();
      default -> "minnow-" + tokenizer.patternName();
    };
  }

  /**
   * What programs that know only these words do otherwise than a tokenizer, each as a sentence without its end; empty if nothing.
   */
  public static List<String> differences(Tokenizer tokenizer) {
    Pipeline pipeline = tokenizer.pipeline();
    List<String> differences = new ArrayList<>();
    String pattern = pattern(tokenizer);
    if (pattern.startsWith("minnow-")) {
      differences.add("llama.cpp does not know the split pattern of the tokenizer and will refuse the file");
    } else if (tokenizer.patternName().equals("cl100k")) {
      differences.add("llama.cpp has no pattern that cuts white space at the end of a text as cl100k does, and uses Llama-3's");
    } else if (tokenizer.patternName().equals("o200k")) {
      differences.add("llama.cpp tells upper case of letters beyond ASCII otherwise than o200k does");
    }
    if (pipeline.ignoresMerges() && !pattern.equals(GgmlPattern.LLAMA3.name())) {
      differences.add("llama.cpp cannot take a piece for a token whatever the merges say, as this tokenizer does");
    }
    if (pipeline.composes() || pipeline.prefixesSpace()) {
      differences.add(
          "llama.cpp does not " + (pipeline.composes() ? "bring texts to Unicode's normal form C" : "put a space before texts")
              + " as this tokenizer does");
    }
    boolean plain =
        tokenizer.vocabulary().added().stream().noneMatch(token -> token.singleWord() || token.stripLeft() || token.stripRight());
    if (!plain) {
      differences.add("llama.cpp does not look at what stands beside an added token as this tokenizer does");
    }
    Template template = pipeline.template();
    boolean ends = template.after().length == 0
        || template.after().length == 1 && tokenizer.endOfText().equals(OptionalInt.of(template.after()[0]));
    if (template.before().length > 1 || !ends) {
      differences.add("llama.cpp puts at most one token before and after a text, and this tokenizer others");
    }
    IntStream around = IntStream.concat(IntStream.of(template.before()), IntStream.of(template.after()));
    if (!around.allMatch(tokenizer::isSpecial)) {
      differences.add("llama.cpp never finds the tokens in a text that it puts before and after texts, as this tokenizer does");
    }
    return differences;
  }

  /**
   * The tokenizer of these words.
   *
   * @param source what errors call the file
   * @throws TokenizerException if they contradict each other, or name something that is not supported
   */
  public Tokenizer toTokenizer(String source) throws TokenizerException {
    GgmlPattern known = GgmlPattern.named(pattern, source);
    if (kinds.length != tokens.size()) {
      throw damaged(source, "it has " + tokens.size() + " tokens and " + kinds.length + " token types");
    }
    TokenizerParts parts = new TokenizerParts(source);
    int size = tokens.size();
    while (size > 0 && kinds[size - 1] == UNUSED) {
      size--;
    }
    String beginToken = token(source, "bos_token_id", begin, size);
    String endToken = token(source, "eos_token_id", end, size);
    for (int id = 0; id < size; id++) {
      addToken(parts, source, id);
    }
    for (String merge : merges) {
      int space = merge.indexOf(' ');
      if (space < 1 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
        throw damaged(source, "the merge " + quote(merge) + " is not two tokens with a space between");
      }
      parts.addMerge(merge.substring(0, space), merge.substring(space + 1));
    }
    parts.ignoreMerges(known.ignoresMerges());
    String before = addsBegin.orElse(known.beginsTexts()) ? beginToken : null;
    String after = addsEnd ? endToken : null;
    return parts.build(known.components().around(before, begin.orElse(0), after, end.orElse(0)), endToken);
  }

  private @Nullable String token(String source, String key, OptionalInt id, int size) throws TokenizerException {
    if (id.isEmpty()) {
      return null;
    }
    if (id.getAsInt() >= size) {
      throw damaged(source, quote("tokenizer.ggml." + key) + " is " + id.getAsInt() + ", which is no token");
    }
    return tokens.get(id.getAsInt());
  }

  private void addToken(TokenizerParts parts, String source, int id) throws TokenizerException {
    String token = tokens.get(id);
    boolean around = begin.equals(OptionalInt.of(id)) || end.equals(OptionalInt.of(id));
    switch (kinds[id]) {
      // Converters have given these two any kind.
      case NORMAL, USER_DEFINED -> {
        if (around) {
          parts.addAdded(AddedToken.special(id, token));
        } else if (kinds[id] == NORMAL) {
          parts.addToken(token, id);
        } else {
          parts.addAdded(new AddedToken(id, token, false, false, false, false, false));
        }
      }
      case UNKNOWN, CONTROL, UNUSED -> parts.addAdded(AddedToken.special(id, token));
      default -> throw damaged(source, "token " + quote(token) + " has the type " + kinds[id] + ", which no byte-level token has");
    }
  }

  private static TokenizerException damaged(String source, String problem) {
    return new TokenizerException(source + ": " + problem + "; copy or make it again.");
  }
}
