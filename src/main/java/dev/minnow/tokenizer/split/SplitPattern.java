package dev.minnow.tokenizer.split;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.TokenizerException;
import java.util.List;
import java.util.Optional;

/**
 * A split pattern that many models share, with a splitter written for it.
 *
 * @param name for a command line
 * @param regex as a {@code tokenizer.json} is written with; {@link RegexSplitter} splits by it as {@code splitter} does
 * @param splitter what splits by it, fast
 * @param otherSpellings expressions that mean the same. Those published for tiktoken mean what they mean there: in {@code \p{N}{1,3}+} it
 *     takes the plus for possessive, and Hugging Face for another repeat
 */
public record SplitPattern(String name, String regex, Splitter splitter, List<String> otherSpellings) {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String WHITE_SPACE = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String JOINED = "[^\\r\\n\\p{L}\\p{N}]?";

  /** GPT-2's, which is the usual one. */
  public static final SplitPattern GPT2 = gpt2();

  private static final List<SplitPattern> KNOWN = List.of(GPT2, cl100k(), o200k(), llama3(), qwen2(), nanochat());

  /** What a command line may call them. */
  public static List<String> names() {
    return KNOWN.stream().map(SplitPattern::name).toList();
  }

  public static Optional<SplitPattern> named(String name) {
    return KNOWN.stream().filter(pattern -> pattern.name.equals(name)).findFirst();
  }

  /**
   * The pattern of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SplitPattern required(String name) {
    return named(name)
        .orElseThrow(
            () -> new IllegalArgumentException(
                "There is no pattern " + quote(name) + "; choose one of: " + String.join(", ", names()) + "."));
  }

  /** As the parts of a {@code tokenizer.json} say it. */
  public Components components() {
    return equals(GPT2) ? Components.gpt2() : Components.split(regex);
  }

  /** The pattern that an expression spells, if it is one of these. */
  static Optional<SplitPattern> of(String regex) {
    return KNOWN.stream().filter(pattern -> pattern.regex.equals(regex) || pattern.otherSpellings.contains(regex)).findFirst();
  }

  /** The pattern by which a splitter splits, if it is the splitter of one of these. */
  public static Optional<SplitPattern> of(SplitLevel splitter) {
    return KNOWN.stream().filter(pattern -> pattern.splitter.equals(splitter)).findFirst();
  }

  /**
   * The level that a {@code Split} in a {@code tokenizer.json} asks for.
   *
   * @throws TokenizerException if the expression is none or has something that is not supported
   */
  public static SplitLevel level(String regex, SplitBehavior behavior, boolean inverted) throws TokenizerException {
    // These patterns match everything, so that their matches are the pieces unless they are dropped or joined.
    boolean matchesAreKept = behavior != SplitBehavior.CONTIGUOUS && (behavior != SplitBehavior.REMOVED || inverted);
    Optional<SplitPattern> known = of(regex);
    if (known.isPresent() && matchesAreKept) {
      return known.get().splitter;
    }
    return RegexSplitter.regex(regex, behavior, inverted);
  }

  private static SplitPattern gpt2() {
    return new SplitPattern(
        "gpt2",
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        new Gpt2Splitter(),
        List.of(
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s"));
  }

  private static SplitPattern cl100k() {
    return new SplitPattern("cl100k", cl100k("\\p{N}{1,3}"), new Cl100kSplitter(3, true), List.of(cl100k("\\p{N}{1,3}+")));
  }

  private static String cl100k(String number) {
    return "'(?i:[sdmt]|ll|ve|re)|"
        + JOINED
        + "+\\p{L}++|"
        + number
        + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s";
  }

  private static SplitPattern llama3() {
    return new SplitPattern(
        "llama3", huggingFace("\\p{N}{1,3}"), new Cl100kSplitter(3, false), List.of(partlyPossessive("\\p{N}{1,3}")));
  }

  private static SplitPattern qwen2() {
    return new SplitPattern("qwen2", huggingFace("\\p{N}"), new Cl100kSplitter(1, false), List.of(partlyPossessive("\\p{N}")));
  }

  private static SplitPattern nanochat() {
    String number = "\\p{N}{1,2}";
    return new SplitPattern("nanochat", partlyPossessive(number), new Cl100kSplitter(2, false), List.of(huggingFace(number)));
  }

  private static String huggingFace(String number) {
    return CONTRACTIONS + "|" + JOINED + "\\p{L}+|" + number + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + WHITE_SPACE;
  }

  private static String partlyPossessive(String number) {
    return "'(?i:[sdmt]|ll|ve|re)|"
        + JOINED
        + "+\\p{L}+|"
        + number
        + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";
  }

  private static SplitPattern o200k() {
    String words = JOINED + UPPER + "*" + LOWER + "+" + CONTRACTIONS + "?|" + JOINED + UPPER + "+" + LOWER + "*" + CONTRACTIONS + "?|";
    String regex = words + "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + WHITE_SPACE;
    return new SplitPattern("o200k", regex, new O200kSplitter(), List.of());
  }
}
