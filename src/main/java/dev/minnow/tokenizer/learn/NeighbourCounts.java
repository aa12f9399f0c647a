package dev.minnow.tokenizer.learn;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.longs.LongArrays;

/** Which tokens stand on one side of a token, how often, and at how many places; and a pair's number for each of them. */
final class NeighbourCounts {
  private long[] counts = new long[512];
  private int[] places = new int[512];
  private int[] pairs = new int[512];
  private final IntArrayList tokens = new IntArrayList();

  /** Makes room for tokens below a bound. */
  void ensureTokens(int bound) {
    counts = LongArrays.grow(counts, bound);
    places = IntArrays.grow(places, bound);
    pairs = IntArrays.grow(pairs, bound);
  }

  /** One more place, in a word that occurs so often. */
  void add(int token, long count) {
    if (places[token]++ == 0) {
      tokens.add(token);
    }
    counts[token] += count;
  }

  /** The tokens seen, in the order of their first places. */
  IntList tokens() {
    return tokens;
  }

  long count(int token) {
    return counts[token];
  }

  int places(int token) {
    return places[token];
  }

  /** The pair that was set for a token. */
  int pair(int token) {
    return pairs[token];
  }

  void setPair(int token, int pair) {
    pairs[token] = pair;
  }

  void clear() {
    for (int i = 0; i < tokens.size(); i++) {
      counts[tokens.getInt(i)] = 0;
      places[tokens.getInt(i)] = 0;
    }
    tokens.clear();
  }
}
