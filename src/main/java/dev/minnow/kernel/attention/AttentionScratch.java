package dev.minnow.kernel.attention;

import dev.minnow.kernel.pool.EvenCuts;
import dev.minnow.kernel.pool.RowFetch;
import dev.minnow.kernel.pool.Workspace;

/**
 * Where the operands of one attention task lie in a thread's scratch, as first indices. Panels of queries have 64 rows, panels of keys
 * {@link #keyBlock}.
 */
public final class AttentionScratch {
  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int SMALLEST_KEY_BLOCK = 32;

  /** Keys of one block: as many as fit, because packing a block of queries is repeated for each block of keys. */
  final int keyBlock;

  /** Of each query: the largest score so far. */
  final int maxima;

  /** Of each query: the sum of exponentials so far. */
  final int sums;

  /** Of each query: what results of earlier blocks are to be multiplied by. */
  final int factors;

  /** Of each query: the log of the sum of exponentials. */
  final int logSumExp;

  /** Of each query: dout · out. */
  final int weightedSums;

  /** (queries, D), scaled. */
  final int queries;

  /** (D, queries), scaled. */
  final int queriesTransposed;

  /** (queries, D): results, or their gradient in the backward pass. */
  final int results;

  /** (D, queries): the gradient of results. */
  final int resultsTransposed;

  /** (queries, D). */
  final int queryGradients;

  /** (keys, queries): scores, then probabilities. */
  final int scores;

  /** (keys, queries): gradients of probabilities, then of scores. */
  final int scoreGradients;

  /** (keys, D). */
  final int keys;

  /** (keys, D). */
  final int values;

  /** (keys, D). */
  final int keyGradients;

  /** (keys, D). */
  final int valueGradients;

  private int end = PanelProduct.FREE;

  AttentionScratch(int headWidth) {
    int panels = AttentionPanels.count(headWidth);
    keyBlock = Math.max(SMALLEST_KEY_BLOCK, 512 >> Math.min(panels, 8));
    maxima = take(STRIDE);
    sums = take(STRIDE);
    factors = take(STRIDE);
    logSumExp = take(STRIDE);
    weightedSums = take(STRIDE);
    queries = take(panels * STRIDE * STRIDE);
    queriesTransposed = take(panels * STRIDE * STRIDE);
    results = take(panels * STRIDE * STRIDE);
    resultsTransposed = take(panels * STRIDE * STRIDE);
    queryGradients = take(panels * STRIDE * STRIDE);
    scores = take(keyBlock * STRIDE);
    scoreGradients = take(keyBlock * STRIDE);
    keys = take(panels * keyBlock * STRIDE);
    values = take(panels * keyBlock * STRIDE);
    keyGradients = take(panels * keyBlock * STRIDE);
    valueGradients = take(panels * keyBlock * STRIDE);
  }

  /** Bytes that a thread holds beside its fixed scratch once it has had a head of this width. */
  public static long wideBytes(int headWidth) {
    AttentionScratch scratch = new AttentionScratch(headWidth);
    return scratch.isWide() ? (long) scratch.end * Float.BYTES : 0;
  }

  private boolean isWide() {
    return end > Workspace.ALIGNED + Workspace.RIGHT_FLOATS;
  }

  private int take(int floats) {
    int start = end;
    end = Math.addExact(end, floats);
    return start;
  }

  /**
   * Has fetched, while a block of queries has its turn, its share of two kinds of rows that belong to a block of keys: as many blocks of
   * queries as hold such rows, the last ones, share them evenly.
   *
   * @param first position of the rows of the block of keys that there are
   * @param rows how many there are
   * @param query number of the first query, of {@code queries}
   */
  void foreseeKeys(
      RowFetch ahead, HeadRows one, HeadRows other, int sequence, int head, int first, int rows, int query, int queries) {
    int blocks = Math.ceilDiv(queries, STRIDE);
    int shares = Math.clamp(keyBlock / STRIDE, 1, blocks);
    int share = query / STRIDE - (blocks - shares);
    if (share >= 0) {
      int from = EvenCuts.start(rows, share, shares);
      int count = EvenCuts.start(rows, share + 1, shares) - from;
      one.fetch(ahead, sequence, head, first + from, count);
      other.fetch(ahead, sequence, head, first + from, count);
    }
  }

  /** The thread's array that these indices are of. Heads of up to 384 elements fit the fixed scratch. */
  float[] of(Workspace workspace) {
    return isWide() ? workspace.atLeast(end) : workspace.right();
  }
}
