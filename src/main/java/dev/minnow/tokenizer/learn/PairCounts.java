package dev.minnow.tokenizer.learn;

import dev.minnow.tokenizer.encode.MergeRules;
import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrays;

/** How often, and at how many places, each pair of neighbours occurs in words: of all pairs, or of a share of them chosen by hash. */
final class PairCounts {
  /** Receives pairs. */
  interface Visitor {
    /**
     * Called once for each pair.
     *
     * @param pair {@link MergeRules#pair}
     * @param count occurrences in the text
     * @param places positions in the words
     */
    void visit(long pair, long count, int places);
  }

  private final Long2IntOpenHashMap numberOfPair = new Long2IntOpenHashMap();
  private final int mostPairs;
  private long[] counts = new long[1 << 8];
  private int[] places = new int[1 << 8];
  private boolean whole = true;

  /**
   * Counts the pairs of words.
   *
   * @param share in [0, shares)
   * @param mostPairs different pairs to count; any more are left out
   */
  PairCounts(WordTokens words, int share, int shares, int mostPairs) {
    this.mostPairs = mostPairs;
    numberOfPair.defaultReturnValue(-1);
    words.forEachPair((left, right, position, count) -> {
      long pair = MergeRules.pair(left, right);
      if (shares == 1 || Long.remainderUnsigned(HashCommon.mix(pair), shares) == share) {
        add(pair, count);
      }
    });
  }

  private void add(long pair, long count) {
    int number = numberOfPair.get(pair);
    if (number < 0) {
      number = numberOfPair.size();
      if (number == mostPairs) {
        whole = false;
        return;
      }
      numberOfPair.put(pair, number);
      counts = LongArrays.grow(counts, number + 1);
      places = IntArrays.grow(places, number + 1);
    }
    counts[number] += count;
    places[number]++;
  }

  /** Whether no pair was left out. */
  boolean isWhole() {
    return whole;
  }

  void forEach(Visitor visitor) {
    for (Long2IntMap.Entry entry : numberOfPair.long2IntEntrySet()) {
      int number = entry.getIntValue();
      visitor.visit(entry.getLongKey(), counts[number], places[number]);
    }
  }
}
