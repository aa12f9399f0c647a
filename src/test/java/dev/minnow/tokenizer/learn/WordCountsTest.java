package dev.minnow.tokenizer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.split.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordCountsTest {
  private static Map<String, Long> contents(WordCounts counts) {
    Map<String, Long> contents = new HashMap<>();
    for (int word = 0; word < counts.size(); word++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < counts.length(word); i++) {
        text.append((char) counts.byteAt(word, i));
      }
      contents.put(text.toString(), counts.count(word));
    }
    assertEquals(counts.size(), contents.size(), "A word is there twice.");
    return contents;
  }

  /** A number in the digits a to z. */
  private static String letters(int number) {
    StringBuilder letters = new StringBuilder();
    for (int rest = number; rest > 0; rest /= 26) {
      letters.append((char) ('a' + rest % 26));
    }
    return letters.append('x').toString();
  }

  @Test
  void wordsOfEqualHashAreStillCountedApart() {
    Random random = new Random(61);
    Map<String, Long> expected = new HashMap<>();
    WordCounts[] halves = {new WordCounts(), new WordCounts()};
    // Some 400,000 different words: about 400,000^2 / 2^33, or twenty, pairs of them share their 32 bits of hash.
    for (int chunk = 0; chunk < 450; chunk++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 1_000; i++) {
        String word = " " + letters(random.nextInt(1 << 22));
        expected.merge(word, 1L, Long::sum);
        text.append(word);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
      halves[chunk % 2].addPieces(SplitPattern.GPT2.splitter(), bytes, 0, bytes.length);
    }
    halves[0].addAll(halves[1]);
    assertEquals(expected, contents(halves[0]));
  }

  private static void add(WordCounts counts, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    counts.addPieces(SplitPattern.GPT2.splitter(), bytes, 0, bytes.length);
  }

  @Test
  void theRarestWordsAreForgottenUntilTheRestFits() {
    Random random = new Random(67);
    for (int trial = 0; trial < 50; trial++) {
      WordCounts counts = new WordCounts();
      for (int i = 0; i < 3_000; i++) {
        add(counts, " " + letters(random.nextInt(1 + random.nextInt(2_000))));
      }
      Map<String, Long> before = contents(counts);
      long memory = counts.learningBytes() * random.nextInt(101) / 100;
      WordCounts.Forgotten forgotten = counts.forgetRarest(memory);
      Map<String, Long> after = contents(counts);
      assertTrue(counts.learningBytes() <= memory, "trial " + trial);
      long mostForgotten =
          before.entrySet().stream().filter(e -> !after.containsKey(e.getKey())).mapToLong(Map.Entry::getValue).max().orElse(0);
      after.forEach((word, count) -> {
        assertEquals(before.get(word), count);
        assertTrue(count > mostForgotten, word);
      });
      assertEquals(before.size() - after.size(), forgotten.words());
      assertEquals(sum(before) - sum(after), forgotten.occurrences());
      // Had the most frequent of the forgotten stayed, it would have been too much.
      WordCounts more = new WordCounts();
      before.forEach((word, count) -> {
        for (long i = 0; i < count && count >= mostForgotten; i++) {
          add(more, word);
        }
      });
      assertTrue(mostForgotten == 0 || more.learningBytes() > memory, "trial " + trial);
      // Those that stay are still found.
      after.keySet().forEach(word -> add(counts, word));
      assertEquals(after.size(), counts.size());
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void aClearedTableIsLikeANewOne() {
    WordCounts counts = new WordCounts();
    add(counts, "one two two");
    counts.clear();
    assertEquals(0, counts.size());
    assertEquals(0, counts.learningBytes());
    add(counts, "two");
    assertEquals(Map.of("two", 1L), contents(counts));
  }

  @Test
  void aPieceLongerThanAWordMayBeIsCountedInSeveral() {
    WordCounts counts = new WordCounts();
    add(counts, "a".repeat(3 * WordCounts.LONGEST_WORD + 5) + " " + "b".repeat(WordCounts.LONGEST_WORD - 1));
    assertEquals(
        Map.of(
            "a".repeat(WordCounts.LONGEST_WORD), 3L,
            "aaaaa", 1L,
            " " + "b".repeat(WordCounts.LONGEST_WORD - 1), 1L),
        contents(counts));
  }
}
