package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
      halves[chunk % 2].addPieces(new Gpt2Splitter(), bytes, 0, bytes.length);
    }
    halves[0].addAll(halves[1]);
    assertEquals(expected, contents(halves[0]));
  }
}
