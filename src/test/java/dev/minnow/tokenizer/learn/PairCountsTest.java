package dev.minnow.tokenizer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.BpeTrainerTest;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.split.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairCountsTest {
  private static WordTokens words(String text) {
    WordCounts counts = new WordCounts();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    counts.addPieces(SplitPattern.GPT2.splitter(), bytes, 0, bytes.length);
    int[] idOfByte = new int[256];
    for (int value = 0; value < 256; value++) {
      idOfByte[value] = value;
    }
    return new WordTokens(counts, idOfByte);
  }

  private static void addAll(Map<Long, String> all, PairCounts counts) {
    counts.forEach((pair, count, places) -> assertNull(all.put(pair, count + " at " + places), "A pair is in two shares."));
  }

  @Test
  void occurrencesArePlacesTimesTheWordsCount() {
    Map<Long, String> all = new HashMap<>();
    addAll(all, new PairCounts(words("abab abab ab a"), 0, 1, 1_000));
    assertEquals(
        Map.of(
            MergeRules.pair('a', 'b'), "5 at 5",
            MergeRules.pair('b', 'a'), "2 at 2",
            MergeRules.pair(' ', 'a'), "3 at 3"),
        all);
    all.clear();
    addAll(all, new PairCounts(words(" aaa aaa aaa"), 0, 1, 1_000));
    assertEquals(Map.of(MergeRules.pair('a', 'a'), "6 at 2", MergeRules.pair(' ', 'a'), "3 at 1"), all);
  }

  @Test
  void sharesTogetherAreTheWhole() {
    WordTokens words = words(BpeTrainerTest.prose(new Random(73), 3_000));
    Map<Long, String> whole = new HashMap<>();
    addAll(whole, new PairCounts(words, 0, 1, 1_000_000));
    Map<Long, String> shares = new HashMap<>();
    for (int share = 0; share < 3; share++) {
      int before = shares.size();
      addAll(shares, new PairCounts(words, share, 3, 1_000_000));
      assertTrue(shares.size() > before + whole.size() / 6, "A share is far too small.");
    }
    assertEquals(whole, shares);
  }

  @Test
  void morePairsThanAllowedAreLeftOutAndTold() {
    WordTokens words = words("abab abab ab a");
    assertTrue(new PairCounts(words, 0, 1, 3).isWhole());
    PairCounts cutShort = new PairCounts(words, 0, 1, 2);
    assertFalse(cutShort.isWhole());
    Map<Long, String> all = new HashMap<>();
    addAll(all, cutShort);
    assertEquals(2, all.size());
  }
}
