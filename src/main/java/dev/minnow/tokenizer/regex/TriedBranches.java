package dev.minnow.tokenizer.regex;

import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/**
 * The branches of a {@link RegexProgram} that were tried at places of a text, while one match after another is sought: where one was tried
 * before, it is known to fail.
 */
final class TriedBranches {
  /** Most branches times places that are remembered at once: 128 MB. */
  private static final long MOST = 1L << 30;

  private final int branches;

  /** The places that are remembered. */
  private int from;

  private int to;

  /** A bit for each place and branch, place by place. */
  private long[] tried = LongArrays.EMPTY_ARRAY;

  /** @param branches of the program */
  TriedBranches(int branches) {
    this.branches = branches;
  }

  /** Begins with a match that starts at {@code start} and has reached {@code reached}. */
  void begin(int start, int reached) {
    from = start;
    to = Math.max(start, reached);
  }

  /** Whether a branch is tried at a place for the first time, as far as that is remembered. */
  boolean isNew(int branch, int at) {
    to = Math.max(to, at);
    long bit = bit(branch, at);
    if (bit >= MOST) {
      return true;
    }
    int index = (int) (bit >> 6);
    tried = LongArrays.grow(tried, index + 1);
    boolean isNew = (tried[index] >>> bit & 1) == 0;
    tried[index] |= 1L << bit;
    return isNew;
  }

  /** Whether nothing that is remembered helps a match that starts at {@code at}, or no more can be remembered. */
  boolean isOver(int at) {
    return at > to || bit(0, to) >= MOST;
  }

  void forget() {
    Arrays.fill(tried, 0);
  }

  /** Forgets what was tried at one place. */
  void forget(int at) {
    for (int branch = 0; branch < branches; branch++) {
      long bit = bit(branch, at);
      if (bit >> 6 < tried.length) {
        tried[(int) (bit >> 6)] &= ~(1L << bit);
      }
    }
  }

  private long bit(int branch, int at) {
    return (long) (at - from) * branches + branch;
  }
}
