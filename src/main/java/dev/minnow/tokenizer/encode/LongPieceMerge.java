package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Merges stretches of long pieces, by the rule of {@link PieceMerger}, in time n log n: pairs wait in a heap of (rank, position), and one
 * whose tokens have changed since is recognised by its stale rank. Memory is 16 bytes for each byte of text, and 8 for each pair that
 * waits. For one thread at a time.
 */
final class LongPieceMerge {
  private final MergeRules rules;
  private final int[] idOfByte;

  /** Tokens, each where its first byte was. */
  private final int[] ids;

  /** Rank of each token and its right neighbour; none where no token starts any more. */
  private final int[] ranks;

  /** Where the neighbours start: before the first is -1, after the last the length. */
  private final int[] next;

  private final int[] previous;
  private final LongHeapPriorityQueue candidates;

  /** Pairs whose merge was dropped since the last merge. */
  private final LongArrayList leftOut = new LongArrayList();

  private int length;

  /**
   * @param longest bytes of a stretch
   */
  LongPieceMerge(MergeRules rules, int[] idOfByte, int longest) {
    this.rules = rules;
    this.idOfByte = idOfByte;
    this.ids = new int[longest];
    this.ranks = new int[longest];
    this.next = new int[longest];
    this.previous = new int[longest];
    this.candidates = new LongHeapPriorityQueue(longest);
  }

  /** Merges {@code text[from, to)}. Positions are counted from {@code from} on. */
  void merge(byte[] text, int from, int to) {
    merge(text, from, to, () -> false);
  }

  /**
   * Merges {@code text[from, to)}. Positions are counted from {@code from} on.
   *
   * @param dropped asked before each merge whether to leave it out; it may be done later, once another was
   */
  void merge(byte[] text, int from, int to, BooleanSupplier dropped) {
    length = to - from;
    for (int at = 0; at < length; at++) {
      ids[at] = idOfByte[text[from + at] & 0xFF];
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (int at = 0; at < length; at++) {
      rankAndQueue(at);
    }
    while (!candidates.isEmpty()) {
      long candidate = candidates.dequeueLong();
      int rank = (int) (candidate >>> 32);
      int at = (int) candidate;
      if (ranks[at] != rank) {
        continue;
      }
      if (dropped.getAsBoolean()) {
        leftOut.add(candidate);
        continue;
      }
      merge(at, rules.product(rank));
      leftOut.forEach(candidates::enqueue);
      leftOut.clear();
    }
    leftOut.clear();
  }

  /** Bytes of the stretch last merged. */
  int length() {
    return length;
  }

  /** Where the token ends that starts at {@code at}. */
  int tokenEnd(int at) {
    return next[at];
  }

  /** Adds the tokens that start in {@code [from, to)}, of which {@code from} is one, to {@code out}. */
  void addTokens(int from, int to, IntArrayList out) {
    for (int at = from; at < to; at = next[at]) {
      out.add(ids[at]);
    }
  }

  private void merge(int at, int product) {
    int swallowed = next[at];
    ids[at] = product;
    ranks[swallowed] = MergeRules.NONE;
    next[at] = next[swallowed];
    if (next[at] < length) {
      previous[next[at]] = at;
    }
    rankAndQueue(at);
    if (at > 0) {
      rankAndQueue(previous[at]);
    }
  }

  private void rankAndQueue(int at) {
    ranks[at] = next[at] < length ? rules.rank(ids[at], ids[next[at]]) : MergeRules.NONE;
    if (ranks[at] != MergeRules.NONE) {
      candidates.enqueue(((long) ranks[at] << 32) | at);
    }
  }
}
