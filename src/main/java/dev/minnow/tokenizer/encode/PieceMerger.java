package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * Merges one piece of text: as long as any two neighbours have a rank, the pair with the lowest rank, the leftmost of equals, becomes
 * one token. Holds scratch memory: for one thread at a time.
 */
final class PieceMerger {
  /** Up to this many bytes a scan for the lowest rank beats a heap; above, its quadratic time would show. */
  private static final int LONGEST_SCAN = 48;

  private final MergeRules rules;
  private final int[] idOfByte;

  private final int[] ids = new int[LONGEST_SCAN];

  /** Rank of each token and its right neighbour. */
  private final int[] ranks = new int[LONGEST_SCAN];

  PieceMerger(MergeRules rules, int[] idOfByte) {
    this.rules = rules;
    this.idOfByte = idOfByte;
  }

  /** Adds the tokens of the piece {@code text[from, to)} to {@code out}. */
  void merge(byte[] text, int from, int to, IntArrayList out) {
    int length = to - from;
    if (length <= LONGEST_SCAN) {
      mergeByScan(text, from, length, out);
    } else {
      new WindowedMerge(rules, idOfByte, text, from, to, WindowedMerge.WINDOW).run(out);
    }
  }

  private void mergeByScan(byte[] text, int from, int length, IntArrayList out) {
    for (int i = 0; i < length; i++) {
      ids[i] = idOfByte[text[from + i] & 0xFF];
    }
    for (int i = 0; i + 1 < length; i++) {
      ranks[i] = rules.rank(ids[i], ids[i + 1]);
    }
    ranks[length - 1] = MergeRules.NONE;
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
}
