package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * One merge of a long piece, by the rule of {@link PieceMerger}, in time n log n: pairs wait in a heap of (rank, position), and one whose
 * tokens have changed since is recognised by its stale rank.
 */
final class LongPieceMerge {
  private final MergeRules rules;

  /** Tokens, each where its first byte was. */
  private final int[] ids;

  /** Rank of each token and its right neighbour; none where no token starts any more. */
  private final int[] ranks;

  /** Where the neighbours start: before the first is -1, after the last the length. */
  private final int[] next;

  private final int[] previous;
  private final LongHeapPriorityQueue candidates;

  LongPieceMerge(MergeRules rules, int[] idOfByte, byte[] text, int from, int to) {
    int length = to - from;
    this.rules = rules;
    this.ids = new int[length];
    this.ranks = new int[length];
    this.next = new int[length];
    this.previous = new int[length];
    this.candidates = new LongHeapPriorityQueue(length);
    for (int at = 0; at < length; at++) {
      ids[at] = idOfByte[text[from + at] & 0xFF];
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (int at = 0; at < length; at++) {
      rankAndQueue(at);
    }
  }

  /** Merges, and adds the tokens to {@code out}. */
  void run(IntArrayList out) {
    run(() -> false, out);
  }

  /**
   * Merges, and adds the tokens to {@code out}.
   *
   * @param dropped asked before each merge whether to leave it out; it may be done later, once another was
   */
  void run(BooleanSupplier dropped, IntArrayList out) {
    LongArrayList left = new LongArrayList();
    while (!candidates.isEmpty()) {
      long candidate = candidates.dequeueLong();
      int rank = (int) (candidate >>> 32);
      int at = (int) candidate;
      if (ranks[at] != rank) {
        continue;
      }
      if (dropped.getAsBoolean()) {
        left.add(candidate);
        continue;
      }
      merge(at, rules.product(rank));
      left.forEach(candidates::enqueue);
      left.clear();
    }
    for (int at = 0; at < ids.length; at = next[at]) {
      out.add(ids[at]);
    }
  }

  private void merge(int at, int product) {
    int swallowed = next[at];
    ids[at] = product;
    ranks[swallowed] = MergeRules.NONE;
    next[at] = next[swallowed];
    if (next[at] < ids.length) {
      previous[next[at]] = at;
    }
    rankAndQueue(at);
    if (at > 0) {
      rankAndQueue(previous[at]);
    }
  }

  private void rankAndQueue(int at) {
    ranks[at] = next[at] < ids.length ? rules.rank(ids[at], ids[next[at]]) : MergeRules.NONE;
    if (ranks[at] != MergeRules.NONE) {
      candidates.enqueue(((long) ranks[at] << 32) | at);
    }
  }
}
