package dev.minnow.tokenizer.learn;

import dev.minnow.tokenizer.encode.MergeRules;
import it.unimi.dsi.fastutil.longs.LongComparator;
import java.util.OptionalLong;

/**
 * Finds the most frequent pair of neighbouring tokens again and again, and merges it everywhere. Counts follow each merge by the places
 * that it changes. Pairs far rarer than the one at hand, most of all pairs, are not followed at all: since no pair that is there becomes
 * more frequent, it is enough to count again when it is their turn.
 */
public final class MergeLearner {
  /**
   * Pairs this many times rarer than the most frequent are left for later. Of 4, 8, 16 and 64, this was the fastest for vocabularies from
   * 8,192 to 32,768 of the JDK's sources: less means counting again more often, more means following pairs whose turn never comes.
   */
  private static final int RARER = 16;

  private final WordTokens words;
  private final MergeLimits limits;
  private final PairIndex pairs;
  private final NeighbourCounts before = new NeighbourCounts();
  private final NeighbourCounts after = new NeighbourCounts();

  /** Pairs that occur at least so often are in the index. */
  private long leastCount;

  /**
   * @param idOfByte token ids by byte value
   * @param tieOrder which pair goes first of those that are equally frequent
   */
  public MergeLearner(WordCounts words, int[] idOfByte, MergeLimits limits, LongComparator tieOrder) {
    this.words = new WordTokens(words, idOfByte);
    this.limits = limits;
    this.pairs = new PairIndex(tieOrder);
    this.leastCount = limits.minFrequency();
    pairs.index(this.words, leastCount, limits);
    int first = pairs.mostFrequent();
    if (first != PairIndex.NONE) {
      leastCount = leastCountBelow(pairs.count(first));
    }
  }

  /** The most frequent pair, {@link MergeRules#pair}, or nothing when no two neighbours may merge any more. */
  public OptionalLong mostFrequentPair() {
    while (true) {
      int first = pairs.mostFrequent();
      if (first != PairIndex.NONE && pairs.count(first) >= leastCount) {
        return OptionalLong.of(pairs.pair(first));
      }
      if (leastCount == limits.minFrequency()) {
        return OptionalLong.empty();
      }
      index(leastCount - 1);
    }
  }

  /** Makes the index of pairs anew, when none occurs more often than this. */
  private void index(long mostCount) {
    leastCount = leastCountBelow(mostCount);
    pairs.index(words, leastCount, limits);
  }

  private long leastCountBelow(long mostCount) {
    return Math.max(mostCount / RARER, limits.minFrequency());
  }

  /** Replaces the {@link #mostFrequentPair} by a new token in every word. */
  public void merge(int product) {
    int number = pairs.mostFrequent();
    long count = pairs.count(number);
    int left = MergeRules.left(pairs.pair(number));
    int right = MergeRules.right(pairs.pair(number));
    words.define(product, left, right);
    before.ensureTokens(product + 1);
    after.ensureTokens(product + 1);
    pairs.removeMostFrequent();
    int start = pairs.start(number);
    int end = mergePlaces(number, left, right, product);
    countNeighbours(start, end, product);
    addPairs(product);
    placePairs(start, end, product);
    before.clear();
    after.clear();
    if (pairs.isFull()) {
      index(count);
    }
  }

  /** Merges, and takes from the counts of pairs what it breaks up. Returns the end of the positions where there was something to merge. */
  private int mergePlaces(int number, int left, int right, int product) {
    int kept = pairs.start(number);
    for (int i = kept; i < pairs.end(number); i++) {
      int position = pairs.position(i);
      if (!words.isPair(position, left, right)) {
        continue;
      }
      long count = words.count(position);
      int previous = words.before(position);
      if (previous != WordTokens.BOUNDARY) {
        before.add(previous, count);
      }
      words.merge(position, product);
      int next = words.after(position);
      if (next != WordTokens.BOUNDARY) {
        after.add(next, count);
      }
      pairs.setPosition(kept++, position);
    }
    for (int token : before.tokens()) {
      lose(token, left, before.count(token));
    }
    for (int token : after.tokens()) {
      lose(right, token, after.count(token));
    }
    before.clear();
    after.clear();
    return kept;
  }

  private void lose(int left, int right, long count) {
    int number = pairs.number(left, right);
    // Too rare to be followed; or, where places to merge touch, the merged pair itself or a pair with the new token, not yet there.
    if (number != PairIndex.NONE) {
      pairs.lose(number, count);
    }
  }

  private void countNeighbours(int start, int end, int product) {
    for (int i = start; i < end; i++) {
      int position = pairs.position(i);
      long count = words.count(position);
      int previous = words.before(position);
      if (previous != WordTokens.BOUNDARY) {
        before.add(previous, count);
      }
      int next = words.after(position);
      // Two products side by side are one pair, met again from the right one.
      if (next != WordTokens.BOUNDARY && next != product) {
        after.add(next, count);
      }
    }
  }

  private void addPairs(int product) {
    for (int token : before.tokens()) {
      before.setPair(token, add(token, product, before.count(token), before.places(token)));
    }
    for (int token : after.tokens()) {
      after.setPair(token, add(product, token, after.count(token), after.places(token)));
    }
    pairs.makeRoom();
  }

  private int add(int left, int right, long count, int places) {
    boolean wanted = count >= leastCount && limits.allow(words.length(left), words.length(right));
    return wanted ? pairs.add(MergeRules.pair(left, right), count, places) : PairIndex.NONE;
  }

  private void placePairs(int start, int end, int product) {
    for (int i = start; i < end; i++) {
      int position = pairs.position(i);
      int previous = words.before(position);
      if (previous != WordTokens.BOUNDARY && before.pair(previous) != PairIndex.NONE) {
        pairs.place(before.pair(previous), position - words.length(previous));
      }
      int next = words.after(position);
      if (next != WordTokens.BOUNDARY && next != product && after.pair(next) != PairIndex.NONE) {
        pairs.place(after.pair(next), position);
      }
    }
  }
}
