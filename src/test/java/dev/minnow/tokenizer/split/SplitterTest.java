package dev.minnow.tokenizer.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.NastyText;
import dev.minnow.tokenizer.PatternOracle;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hand-written splitter against its published regular expression. */
class SplitterTest {
  /** Strings to compare for each splitter; {@code -Dminnow.splitterTrials} asks for more. */
  private static final int TRIALS = Integer.getInteger("minnow.splitterTrials", 40_000);

  private static final String WORDS_200K =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
          + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|";

  private static final String TAIL = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  static List<Published> published() {
    return List.of(
        new Published(
            "GPT-2",
            new Gpt2Splitter(),
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
        new Published(
            "GPT-2, possessive",
            new Gpt2Splitter(),
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s"),
        new Published(
            "cl100k",
            new Cl100kSplitter(3, true),
            "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|"
                + "\\s+(?!\\S)|\\s"),
        new Published(
            "Llama 3",
            new Cl100kSplitter(3, false),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + TAIL),
        new Published(
            "Qwen2",
            new Cl100kSplitter(1, false),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + TAIL),
        new Published(
            "nanochat",
            new Cl100kSplitter(2, false),
            "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,2}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"),
        new Published("o200k", new O200kSplitter(), WORDS_200K + "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + TAIL));
  }

  record Published(String name, Splitter splitter, PatternOracle oracle) {
    Published(String name, Splitter splitter, String regex) {
      this(name, splitter, new PatternOracle(regex));
    }

    @Override
    public String toString() {
      return name;
    }

    private IntArrayList ends(byte[] text, int from, int to) {
      IntArrayList ends = new IntArrayList();
      for (int start = from; start < to;) {
        start = splitter.pieceEnd(text, start, to);
        ends.add(start);
      }
      return ends;
    }

    private int lastStart(byte[] text) {
      int start = 0;
      for (int end = 0; end < text.length; end = splitter.pieceEnd(text, end, text.length)) {
        start = end;
      }
      return start;
    }

    void check(byte[] text, int from, int to, String what) {
      IntArrayList expected = oracle.ends(text, from, to);
      IntArrayList found = ends(text, from, to);
      if (!expected.equals(found)) {
        assertEquals(expected, found, this + ", " + what + ": " + NastyText.show(Arrays.copyOfRange(text, from, to)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void piecesAreThoseOfTheRegularExpression(Published published) {
    Random random = new Random(42);
    for (int trial = 0; trial < TRIALS; trial++) {
      byte[] text = NastyText.random(random, 20);
      published.check(text, 0, text.length, "seed 42, trial " + trial);
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void everyCodePointSplitsAsInTheRegularExpressionAloneAndBetweenOthers(Published published) {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      boolean sample = c < 0x3400 || TRIALS > 100_000 || c % 211 == 0 || Character.getType(c) != Character.getType(c - 1);
      if (!surrogate && sample) {
        String character = Character.toString(c);
        byte[] text = (character + "a" + character + " A" + character + "\n" + character + "1").getBytes(StandardCharsets.UTF_8);
        int length = character.getBytes(StandardCharsets.UTF_8).length;
        published.check(text, 0, text.length, "U+%X".formatted(c));
        published.check(text, 0, length, "U+%X".formatted(c));
        published.check(text, length, 2 * length + 2, "U+%X".formatted(c));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void whatLiesOutsideTheRangeDoesNotMatter(Published published) {
    Random random = new Random(11);
    for (int trial = 0; trial < TRIALS / 8; trial++) {
      byte[] text = NastyText.random(random, 20);
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);
      published.check(text, from, to, "seed 11, trial " + trial);
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void aCutChangesNoPiece(Published published) {
    Random random = new Random(13);
    int cuts = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      byte[] text = NastyText.random(random, 16);
      int near = random.nextInt(text.length + 1);
      int cut = published.splitter.cut(text, near, text.length);
      assertTrue(cut >= near && cut <= text.length);
      IntArrayList whole = published.ends(text, 0, text.length);
      IntArrayList parts = published.ends(text, 0, cut);
      parts.addAll(published.ends(text, cut, text.length));
      if (!whole.equals(parts)) {
        assertEquals(whole, parts, "seed 13, trial " + trial + ", cut " + cut + ": " + NastyText.show(text));
      }
      cuts += cut < text.length ? 1 : 0;
    }
    assertTrue(cuts > TRIALS / 16, "Only " + cuts + " texts were cut.");
  }

  @ParameterizedTest
  @MethodSource("published")
  void aMillionRepeatsTakeLinearTime(Published published) {
    for (String repeated : List.of("a", " ", "\n", "^", "'s", "0", "A", "/", "\u0301", " \n", "\n ", "Aa", "ʰA", "\u0301A", "中")) {
      byte[] text = (repeated.repeat(1_000_000) + "x").getBytes(StandardCharsets.UTF_8);
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> published.lastStart(text), () -> published + " " + repeated);
      // Without the last character: the end of the text comes where another character did.
      assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> published.lastStart(Arrays.copyOf(text, text.length - 1)), () -> published + " " + repeated);
    }
  }
}
