package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;

/**
 * Merges one piece of text: as long as any two neighbours have a rank, the pair with the lowest rank, the leftmost of equals, becomes
 * one token. Holds scratch memory: for one thread at a time.
 */
final class PieceMerger {
  /** Up to this many bytes a scan for the lowest rank beats a heap; above, its quadratic time would show. */
  private static final int LONGEST_SCAN = 48;

  private final MergeRules rules;
  private final int[] idOfByte;

  /** Tokens of the piece; in a heap merge, a token lies where its first byte was. */
  private int[] ids = new int[LONGEST_SCAN];

  /** Rank of the token and its right neighbour. */
  private int[] ranks = new int[LONGEST_SCAN];

  private int[] next = IntArrays.EMPTY_ARRAY;
  private int[] previous = IntArrays.EMPTY_ARRAY;

  PieceMerger(MergeRules rules, int[] idOfByte) {
    this.rules = rules;
    this.idOfByte = idOfByte;
  }

  /** Adds the tokens of the piece {@code text[from, to)} to {@code out}. */
  void merge(byte[] text, int from, int to, IntArrayList out) {
    int length = to - from;
    if (length > LONGEST_SCAN) {
      mergeByHeap(text, from, length, out);
    } else {
      mergeByScan(text, from, length, out);
    }
  }

  private void load(byte[] text, int from, int length) {
    for (int i = 0; i < length; i++) {
      ids[i] = idOfByte[text[from + i] & 0xFF];
    }
    for (int i = 0; i + 1 < length; i++) {
      ranks[i] = rules.rank(ids[i], ids[i + 1]);
    }
    ranks[length - 1] = MergeRules.NONE;
  }

  private void mergeByScan(byte[] text, int from, int length, IntArrayList out) {
    load(text, from, length);
    int count = length;
    while (true) {
      int best = 0;
      for (int i = 1; i < count; i++) {
        if (ranks[i] < ranks[best]) {
          best = i;
        }
      }
      if (ranks[best] == MergeRules.NONE) {
        break;
      }
      ids[best] = rules.product(ranks[best]);
      count--;
      int moved = count - best - 1;
      System.arraycopy(ids, best + 2, ids, best + 1, moved);
      System.arraycopy(ranks, best + 2, ranks, best + 1, moved);
      ranks[best] = best + 1 < count ? rules.rank(ids[best], ids[best + 1]) : MergeRules.NONE;
      if (best > 0) {
        ranks[best - 1] = rules.rank(ids[best - 1], ids[best]);
      }
    }
    out.addElements(out.size(), ids, 0, count);
  }

  /** Candidates wait in a heap of (rank, position); one whose tokens have changed since is recognised by its stale rank. */
  private void mergeByHeap(byte[] text, int from, int length, IntArrayList out) {
    reserve(length);
    load(text, from, length);
    LongHeapPriorityQueue candidates = new LongHeapPriorityQueue(length);
    for (int i = 0; i < length; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      enqueue(candidates, i);
    }
    while (!candidates.isEmpty()) {
      long candidate = candidates.dequeueLong();
      int rank = (int) (candidate >>> 32);
      int at = (int) candidate;
      if (ranks[at] != rank) {
        continue;
      }
      int swallowed = next[at];
      ids[at] = rules.product(rank);
      ranks[swallowed] = MergeRules.NONE;
      next[at] = next[swallowed];
      if (next[at] < length) {
        previous[next[at]] = at;
        ranks[at] = rules.rank(ids[at], ids[next[at]]);
      } else {
        ranks[at] = MergeRules.NONE;
      }
      enqueue(candidates, at);
      if (at > 0) {
        int before = previous[at];
        ranks[before] = rules.rank(ids[before], ids[at]);
        enqueue(candidates, before);
      }
    }
    for (int at = 0; at < length; at = next[at]) {
      out.add(ids[at]);
    }
  }

  private void enqueue(LongHeapPriorityQueue candidates, int at) {
    if (ranks[at] != MergeRules.NONE) {
      candidates.enqueue((long) ranks[at] << 32 | at);
    }
  }

  private void reserve(int length) {
    ids = IntArrays.ensureCapacity(ids, length, 0);
    ranks = IntArrays.ensureCapacity(ranks, length, 0);
    next = IntArrays.ensureCapacity(next, length, 0);
    previous = IntArrays.ensureCapacity(previous, length, 0);
  }
}
