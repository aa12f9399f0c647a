package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;

/** Which pairs of tokens merge, in what order, and into what. Immutable once built. */
public final class MergeRules {
  /** The rank of a pair that does not merge: after every rank. */
  public static final int NONE = Integer.MAX_VALUE;

  private final long[] pairs;
  private final int[] products;
  private final Long2IntOpenHashMap rankOfPair;

  /**
   * @param pairs {@link #pair} by rank, no pair twice
   * @param products by rank, the token that the pair becomes
   */
  public MergeRules(long[] pairs, int[] products) {
    this.pairs = pairs;
    this.products = products;
    this.rankOfPair = new Long2IntOpenHashMap(pairs.length, 0.5f);
    rankOfPair.defaultReturnValue(NONE);
    for (int rank = 0; rank < pairs.length; rank++) {
      rankOfPair.put(pairs[rank], rank);
    }
  }

  /** Two token ids in one key. */
  public static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  public static int left(long pair) {
    return (int) (pair >>> 32);
  }

  public static int right(long pair) {
    return (int) pair;
  }

  public int size() {
    return pairs.length;
  }

  public long pair(int rank) {
    return pairs[rank];
  }

  /** The rank of a pair, {@link #NONE} if it does not merge. */
  public int rank(int left, int right) {
    return rankOfPair.get(pair(left, right));
  }

  public int product(int rank) {
    return products[rank];
  }
}
