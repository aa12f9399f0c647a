package dev.minnow.corpus.clean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CorpusStatisticsTest {
  private static void document(CorpusStatistics statistics, String... pieces) {
    for (String piece : pieces) {
      statistics.add(piece.getBytes(StandardCharsets.UTF_8));
    }
    statistics.endDocument();
  }

  private static CorpusStatistics small() {
    CorpusStatistics statistics = new CorpusStatistics();
    document(statistics, "The cat saw the dog.", " The end\n");
    document(statistics, "日本 é 12€");
    document(statistics);
    return statistics;
  }

  @Test
  void smallCorpusIsCountedExactly() {
    CorpusStatistics statistics = small();
    assertEquals(3, statistics.documents());
    assertEquals(20 + 9 + 15, statistics.bytes());
    assertEquals(20 + 9 + 8, statistics.characters());
    assertEquals(5 + 2 + 4, statistics.words());
    assertEquals(5 + 4, statistics.distinctWords());
    assertEquals(List.of(new WordCount("the", 3), new WordCount("12", 1)), statistics.frequentWords(2));
    assertEquals(
        Map.of(CharacterKind.ASCII_LETTER, 21L, CharacterKind.OTHER_LETTER, 3L, CharacterKind.NUMBER, 2L, CharacterKind.PUNCTUATION, 1L,
            CharacterKind.SYMBOL, 1L, CharacterKind.WHITE_SPACE, 9L, CharacterKind.OTHER, 0L),
        statistics.characterClasses());
    long[] lengths = new long[63];
    lengths[0] = 1;
    lengths[3] = 1;
    lengths[4] = 1;
    assertArrayEquals(lengths, statistics.lengthHistogram());
  }

  @Test
  void mergedIsWhatOneWouldHaveCounted() {
    CorpusStatistics merged = small();
    merged.addAll(small());
    CorpusStatistics one = small();
    document(one, "The cat saw the dog. The end\n");
    document(one, "日本 é 12€");
    document(one);
    assertEquals(one.documents(), merged.documents());
    assertEquals(one.bytes(), merged.bytes());
    assertEquals(one.words(), merged.words());
    assertEquals(one.distinctWords(), merged.distinctWords());
    assertEquals(one.frequentWords(100), merged.frequentWords(100));
    assertEquals(one.characterClasses(), merged.characterClasses());
    assertArrayEquals(one.lengthHistogram(), merged.lengthHistogram());
  }

  @Test
  void differentWordsAreEstimatedAndFrequentOnesSurviveManyRareOnes() {
    CorpusStatistics statistics = new CorpusStatistics();
    int rare = 300_000;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rare; i++) {
      text.append('w').append(i).append(i % 10 == 0 ? " often " : " ");
    }
    document(statistics, text.toString());
    // Five standard errors.
    assertEquals(rare + 1, (double) statistics.distinctWords(), 0.04 * rare);
    WordCount most = statistics.frequentWords(1).getFirst();
    assertEquals("often", most.word());
    long error = statistics.words() / FrequentWords.MOST_WORDS;
    assertTrue(most.count() <= rare / 10 && most.count() >= rare / 10 - error, most.toString());
  }
}
