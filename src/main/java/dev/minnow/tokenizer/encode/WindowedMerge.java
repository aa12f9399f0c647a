package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * Merges a piece of any length window by window, with the tokens of {@link PieceMerger}'s rule for the whole piece, in linear time and
 * with memory for two windows besides the tokens.
 *
 * <p>That rests on one fact. Tokens are those of the whole piece if any two neighbours, merged again on their own, stay the two that they
 * are: the first merge across a border would be the first one there for the two neighbours alone too, since inside them everything merges
 * in the same order. So two windows may be joined at a token that both have: each neighbour of it was its neighbour in one of them.
 */
final class WindowedMerge {
  /** Bytes: little enough for everything about a window to stay in a second-level cache. */
  static final int WINDOW = 1 << 9;

  /** Two windows share an eighth of their bytes. Few tokens from the end of a window are not those of the whole piece. */
  private static final int SHARE = 8;

  private final MergeRules rules;
  private final int[] idOfByte;
  private final byte[] text;
  private final int from;
  private final int to;
  private final int window;

  /**
   * @param window bytes of a window to begin with, usually {@link #WINDOW}
   */
  WindowedMerge(MergeRules rules, int[] idOfByte, byte[] text, int from, int to, int window) {
    this.rules = rules;
    this.idOfByte = idOfByte;
    this.text = text;
    this.from = from;
    this.to = to;
    this.window = window;
  }

  /** Merges, and adds the tokens to {@code out}. */
  void run(IntArrayList out) {
    int first = out.size();
    // Rules can be made for which no window of this size agrees with the next one.
    for (long size = window; !tryWindows((int) Math.min(size, to - from), out); size *= 4) {
      out.size(first);
    }
  }

  /** Returns false, with any tokens in {@code out}, if two windows have no token in common. */
  private boolean tryWindows(int size, IntArrayList out) {
    LongPieceMerge left = new LongPieceMerge(rules, idOfByte, size);
    LongPieceMerge right = new LongPieceMerge(rules, idOfByte, size);
    int leftFrom = from;
    left.merge(text, leftFrom, leftFrom + size);
    // Tokens of the left window that are in out already end here, counted from its start.
    int done = 0;
    while (leftFrom + left.length() < to) {
      int restart = done;
      while (restart < left.length() - size / SHARE) {
        restart = left.tokenEnd(restart);
      }
      if (restart == done || restart == left.length()) {
        return false;
      }
      int rightFrom = leftFrom + restart;
      right.merge(text, rightFrom, (int) Math.min((long) rightFrom + size, to));
      int common = commonToken(left, restart, right);
      if (common < 0) {
        return false;
      }
      left.addTokens(done, restart + common, out);
      done = common;
      LongPieceMerge free = left;
      left = right;
      right = free;
      leftFrom = rightFrom;
    }
    left.addTokens(done, left.length(), out);
    return true;
  }

  /** Where the first token starts that both windows have, counted from the start of the right one; -1 if there is none. */
  private static int commonToken(LongPieceMerge left, int rightStart, LongPieceMerge right) {
    int inLeft = rightStart;
    int inRight = 0;
    while (inLeft < left.length() && inRight < right.length()) {
      int difference = inLeft - rightStart - inRight;
      if (difference == 0 && left.tokenEnd(inLeft) - rightStart == right.tokenEnd(inRight)) {
        return inRight;
      }
      if (difference <= 0) {
        inLeft = left.tokenEnd(inLeft);
      } else {
        inRight = right.tokenEnd(inRight);
      }
    }
    return -1;
  }
}
