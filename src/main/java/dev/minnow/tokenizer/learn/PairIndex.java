package dev.minnow.tokenizer.learn;

import dev.minnow.tokenizer.encode.MergeRules;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntHeapPriorityQueue;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrays;
import it.unimi.dsi.fastutil.longs.LongComparator;

/**
 * Pairs of neighbouring tokens: how often each occurs, and where. Pairs are numbered; what belongs to one is in arrays by its number, and
 * the positions of all are in one array.
 */
final class PairIndex {
  static final int NONE = -1;

  private final Long2IntOpenHashMap numberOfPair = new Long2IntOpenHashMap();
  private long[] pairs = new long[1 << 12];
  private long[] counts = new long[1 << 12];

  /** The count by which a pair is queued: what it was, so never below what it is. */
  private long[] queuedCounts = new long[1 << 12];

  private int[] starts = new int[1 << 12];
  private int[] ends = new int[1 << 12];
  private int size;

  private int[] positions = new int[0];
  private int used;
  private int roomUntil;

  private final IntHeapPriorityQueue queue;

  /**
   * @param tieOrder which pair goes first of those that are equally frequent
   */
  PairIndex(LongComparator tieOrder) {
    numberOfPair.defaultReturnValue(NONE);
    this.queue = new IntHeapPriorityQueue((one, other) -> {
      int order = Long.compare(queuedCounts[other], queuedCounts[one]);
      return order != 0 ? order : tieOrder.compare(pairs[one], pairs[other]);
    });
  }

  /** Starts anew with the pairs that occur at least so often and may merge. */
  void index(WordTokens words, long leastCount, MergeLimits limits) {
    // Counting takes the room that positions need afterwards.
    positions = new int[0];
    int shares = 1;
    while (!addAll(words, shares, leastCount, limits)) {
      shares *= 2;
    }
    // As much work for merging until the next time as this time took, within a small factor.
    roomUntil = (int) Math.min((long) used + words.size() / 2, Integer.MAX_VALUE - 8);
    positions = new int[roomUntil];
    words.forEachPair((left, right, position, count) -> {
      int number = number(left, right);
      if (number != NONE) {
        place(number, position);
      }
    });
  }

  /**
   * Adds the pairs of all words, counted one share after the other.
   *
   * @return false if there are too many different pairs in a share
   */
  private boolean addAll(WordTokens words, int shares, long leastCount, MergeLimits limits) {
    numberOfPair.clear();
    queue.clear();
    size = 0;
    used = 0;
    // At up to 48 bytes each, as much as the positions take at most: 6 bytes for each place.
    int mostPairs = words.size() / 8 + 256;
    for (int share = 0; share < shares; share++) {
      PairCounts found = new PairCounts(words, share, shares, mostPairs);
      if (!found.isWhole()) {
        return false;
      }
      found.forEach((pair, count, places) -> {
        if (count >= leastCount && limits.allow(words.length(MergeRules.left(pair)), words.length(MergeRules.right(pair)))) {
          add(pair, count, places);
        }
      });
    }
    return true;
  }

  /** Whether the positions of all pairs that ever were here take so much room that it is time for {@link #index}. */
  boolean isFull() {
    return used > roomUntil;
  }

  /** The number of a pair, or {@link #NONE} if it is not here. */
  int number(int left, int right) {
    return numberOfPair.get(MergeRules.pair(left, right));
  }

  /** The pair with a number. */
  long pair(int number) {
    return pairs[number];
  }

  long count(int number) {
    return counts[number];
  }

  /** A pair became rarer. Its positions stay. */
  void lose(int number, long occurrences) {
    counts[number] -= occurrences;
  }

  /**
   * Adds a pair that is not here, with room for its positions.
   *
   * @return its number
   */
  int add(long pair, long count, int places) {
    int number = size++;
    if (size > pairs.length) {
      pairs = LongArrays.grow(pairs, size);
      counts = LongArrays.grow(counts, size);
      queuedCounts = LongArrays.grow(queuedCounts, size);
      starts = IntArrays.grow(starts, size);
      ends = IntArrays.grow(ends, size);
    }
    pairs[number] = pair;
    counts[number] = count;
    queuedCounts[number] = count;
    starts[number] = used;
    ends[number] = used;
    used = Math.addExact(used, places);
    numberOfPair.put(pair, number);
    queue.enqueue(number);
    return number;
  }

  /** Makes room for the positions of all pairs added, before {@link #place}. */
  void makeRoom() {
    positions = IntArrays.grow(positions, used);
  }

  /** Fills the next of the places of a pair. */
  void place(int number, int position) {
    positions[ends[number]++] = position;
  }

  /** The number of the most frequent pair, or {@link #NONE} if there is none. */
  int mostFrequent() {
    while (!queue.isEmpty()) {
      int first = queue.firstInt();
      if (queuedCounts[first] == counts[first]) {
        return first;
      }
      queuedCounts[first] = counts[first];
      queue.changed();
    }
    return NONE;
  }

  /** Takes the most frequent pair away; its positions stay until the next {@link #index}. */
  void removeMostFrequent() {
    numberOfPair.remove(pairs[queue.dequeueInt()]);
  }

  /** Where the positions of a pair begin in {@link #position}; a pair may be gone from some of them. */
  int start(int number) {
    return starts[number];
  }

  int end(int number) {
    return ends[number];
  }

  int position(int index) {
    return positions[index];
  }

  /** Keeps only some of a pair's positions: overwrites one with a later one. */
  void setPosition(int index, int position) {
    positions[index] = position;
  }
}
