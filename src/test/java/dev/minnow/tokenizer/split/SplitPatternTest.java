package dev.minnow.tokenizer.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.minnow.tokenizer.NastyText;
import dev.minnow.tokenizer.SharedData;
import dev.minnow.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitPatternTest {
  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  @Test
  void namesAreThoseOfTheModels() {
    assertEquals(List.of("gpt2", "cl100k", "o200k", "llama3", "qwen2", "nanochat"), SplitPattern.names());
    for (String name : SplitPattern.names()) {
      SplitPattern pattern = SplitPattern.named(name).orElseThrow();
      assertSame(pattern, SplitPattern.of(pattern.regex()).orElseThrow());
      assertSame(pattern, SplitPattern.of(pattern.splitter()).orElseThrow());
      pattern.otherSpellings().forEach(spelling -> assertSame(pattern, SplitPattern.of(spelling).orElseThrow()));
    }
    assertEquals(LLAMA3, SplitPattern.named("llama3").orElseThrow().regex());
  }

  @Test
  void everySpellingMeansWhatTheSplitterDoes() {
    for (String name : SplitPattern.names()) {
      SplitPattern pattern = SplitPattern.named(name).orElseThrow();
      List<String> spellings = new ArrayList<>(pattern.otherSpellings());
      spellings.add(pattern.regex());
      for (String spelling : spellings) {
        SplitterTest.Published published = new SplitterTest.Published(spelling, pattern.splitter(), spelling);
        Random random = new Random(23);
        for (int trial = 0; trial < 3_000; trial++) {
          byte[] text = NastyText.random(random, 20);
          published.check(text, 0, text.length, "seed 23, trial " + trial);
        }
      }
    }
  }

  @Test
  void aKnownPatternGetsItsOwnSplitterWhereItsMatchesAreThePieces() throws TokenizerException {
    assertInstanceOf(Cl100kSplitter.class, SplitPattern.level(LLAMA3, SplitBehavior.ISOLATED, false));
    assertInstanceOf(Cl100kSplitter.class, SplitPattern.level(LLAMA3, SplitBehavior.REMOVED, true));
    assertInstanceOf(RegexSplitter.class, SplitPattern.level(LLAMA3, SplitBehavior.REMOVED, false));
    assertInstanceOf(RegexSplitter.class, SplitPattern.level(LLAMA3, SplitBehavior.CONTIGUOUS, false));
    assertInstanceOf(RegexSplitter.class, SplitPattern.level(LLAMA3 + "|x", SplitBehavior.ISOLATED, false));
  }

  @Test
  void aKnownPatternsOwnSplitterDoesWhatEachBehaviorAsksFor() throws TokenizerException {
    Random random = new Random(29);
    for (SplitBehavior behavior : SplitBehavior.values()) {
      for (boolean inverted : new boolean[] {false, true}) {
        SplitLevel level = SplitPattern.level(LLAMA3, behavior, inverted);
        SplitLevel regex = RegexSplitter.regex(LLAMA3, behavior, inverted);
        for (int trial = 0; trial < 1_000; trial++) {
          byte[] text = NastyText.random(random, 20);
          List<String> expected = new ArrayList<>();
          regex.split(text, 0, text.length, (piece, from, to) -> expected.add(from + "-" + to));
          List<String> found = new ArrayList<>();
          level.split(text, 0, text.length, (piece, from, to) -> found.add(from + "-" + to));
          assertEquals(expected, found, () -> behavior + ", " + inverted + ": " + NastyText.show(text));
        }
      }
    }
  }

  /** Merging never crosses pieces: tokens of the pieces are the tokens of the text, if the pieces are right. */
  @Test
  void anotherTokenizerFindsTheSameTokensInThePiecesAsInTheText() throws IOException {
    EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
    Map<String, EncodingType> types =
        Map.of("gpt2", EncodingType.R50K_BASE, "cl100k", EncodingType.CL100K_BASE, "o200k", EncodingType.O200K_BASE);
    for (Map.Entry<String, EncodingType> each : types.entrySet()) {
      Encoding encoding = registry.getEncoding(each.getValue());
      Splitter splitter = SplitPattern.named(each.getKey()).orElseThrow().splitter();
      Random random = new Random(31);
      for (int trial = 0; trial < 1_000; trial++) {
        String text = new String(NastyText.random(random, 20), StandardCharsets.UTF_8);
        assertEquals(encoding.encodeOrdinary(text).boxed(), tokens(encoding, splitter, text), each.getKey() + ": " + text);
      }
      String book = Files.readString(SharedData.require("corpora/books/Alice's Adventures in Wonderland.md"));
      assertEquals(encoding.encodeOrdinary(book).boxed(), tokens(encoding, splitter, book));
    }
  }

  private static List<Integer> tokens(Encoding encoding, Splitter splitter, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Integer> tokens = new ArrayList<>();
    splitter.split(
        bytes,
        0,
        bytes.length,
        (piece, from, to) -> tokens.addAll(encoding.encodeOrdinary(new String(piece, from, to - from, StandardCharsets.UTF_8)).boxed()));
    return tokens;
  }
}
