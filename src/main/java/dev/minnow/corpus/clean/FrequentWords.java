package dev.minnow.corpus.clean;

import it.unimi.dsi.fastutil.objects.Object2LongMap;
import it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The most frequent words within a bounded memory (Misra and Gries 1982; that such counts can be merged: Agarwal et al. 2012). A count may
 * be too low, by at most all words / MOST_WORDS; exact as long as there are no more different words than that. For one thread.
 */
final class FrequentWords {
  /** Words that are told apart between two cuts; English novels have 10,000, a large corpus loses only words that are rare. */
  static final int MOST_WORDS = 1 << 16;

  private final Object2LongOpenHashMap<String> counts = new Object2LongOpenHashMap<>();

  void add(String word, long count) {
    counts.addTo(word, count);
    if (counts.size() > 2 * MOST_WORDS) {
      cut();
    }
  }

  /** Takes the count of the word after the most frequent MOST_WORDS from all, which leaves those. */
  private void cut() {
    long[] sorted = counts.values().toLongArray();
    Arrays.sort(sorted);
    long taken = sorted[sorted.length - 1 - MOST_WORDS];
    counts.object2LongEntrySet().removeIf(entry -> entry.getLongValue() <= taken);
    counts.replaceAll((word, count) -> count - taken);
  }

  void addAll(FrequentWords other) {
    other.counts.object2LongEntrySet().fastForEach(entry -> add(entry.getKey(), entry.getLongValue()));
  }

  /** The most frequent words, most frequent first, ties by the alphabet. */
  List<WordCount> most(int words) {
    Comparator<Object2LongMap.Entry<String>> byCount = Comparator.comparingLong(entry -> -entry.getLongValue());
    return counts.object2LongEntrySet()
        .stream()
        .sorted(byCount.thenComparing(Object2LongMap.Entry::getKey))
        .limit(words)
        .map(entry -> new WordCount(entry.getKey(), entry.getLongValue()))
        .toList();
  }
}
