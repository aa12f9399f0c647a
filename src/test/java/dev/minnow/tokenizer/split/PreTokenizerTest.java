package dev.minnow.tokenizer.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.NastyText;
import dev.minnow.tokenizer.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreTokenizerTest {
  private static final Splitter GPT2 = new Gpt2Splitter();

  private static List<String> split(PreTokenizer preTokenizer, byte[] text, int from, int to) {
    List<String> pieces = new ArrayList<>();
    preTokenizer.split(text, from, to, (piece, start, end) -> pieces.add(new String(piece, start, end - start, StandardCharsets.UTF_8)));
    return pieces;
  }

  private static List<String> split(List<SplitLevel> levels, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return split(new PreTokenizer(levels), bytes, 0, bytes.length);
  }

  @Test
  void digitsAreSetApartAloneOrTogether() {
    assertEquals(List.of("a", "1", "2", "b ", "½"), split(List.of(new DigitsSplitter(true)), "a12b ½"));
    assertEquals(List.of("a", "12", "b ", "½٣", "."), split(List.of(new DigitsSplitter(false)), "a12b ½٣."));
  }

  @Test
  void eachLevelSplitsWithinThePiecesOfTheOneBefore() throws TokenizerException {
    SplitLevel spaces = RegexSplitter.literal(" ", SplitBehavior.REMOVED, false);
    assertEquals(List.of("It", "'s", "1", "2", "x", "."), split(List.of(spaces, new DigitsSplitter(true), GPT2), "It's 12 x. "));
    // Alone, GPT-2's pattern takes the space with the number.
    assertEquals(List.of("x", " ", "1", "2"), split(List.of(new DigitsSplitter(true), GPT2), "x 12"));
    assertEquals(List.of("x", " 12"), split(List.of(GPT2), "x 12"));
    assertEquals(List.of("x 12"), split(List.of(), "x 12"));
    assertEquals(List.of(), split(List.of(), ""));
  }

  @Test
  void aSingleLevelThatKeepsEverythingCanBeWalked() {
    assertEquals(Optional.of(GPT2), new PreTokenizer(List.of(GPT2)).splitter());
    assertEquals(Optional.empty(), new PreTokenizer(List.of(new DigitsSplitter(true), GPT2)).splitter());
    assertEquals(
        Optional.empty(),
        new PreTokenizer(List.of(RegexSplitter.literal(" ", SplitBehavior.ISOLATED, false))).splitter());
  }

  @Test
  void aCutChangesNoPiece() throws TokenizerException {
    SplitLevel words = SplitPattern.named("cl100k").orElseThrow().splitter();
    SplitLevel regex = RegexSplitter.regex("\\s+", SplitBehavior.REMOVED, false);
    List<List<SplitLevel>> all =
        List.of(
            List.of(new DigitsSplitter(true)),
            List.of(new DigitsSplitter(false)),
            List.of(new DigitsSplitter(true), GPT2),
            List.of(new DigitsSplitter(false), GPT2),
            List.of(new DigitsSplitter(false), words, GPT2),
            List.of(words, new DigitsSplitter(true)),
            List.of(new DigitsSplitter(false), new DigitsSplitter(true)),
            List.of(regex, GPT2),
            List.of());
    for (List<SplitLevel> levels : all) {
      PreTokenizer preTokenizer = new PreTokenizer(levels);
      Random random = new Random(17);
      int cuts = 0;
      for (int trial = 0; trial < 3_000; trial++) {
        byte[] text = NastyText.random(random, 16);
        int near = random.nextInt(text.length + 1);
        int cut = preTokenizer.cut(text, near, text.length);
        List<String> parts = split(preTokenizer, text, 0, cut);
        parts.addAll(split(preTokenizer, text, cut, text.length));
        List<String> whole = split(preTokenizer, text, 0, text.length);
        assertEquals(whole, parts, () -> levels + ", seed 17, cut " + cut + ": " + NastyText.show(text));
        cuts += cut < text.length ? 1 : 0;
      }
      assertTrue(levels.isEmpty() || levels.contains(regex) ? cuts == 0 : cuts > 100, levels + ": " + cuts);
    }
  }
}
