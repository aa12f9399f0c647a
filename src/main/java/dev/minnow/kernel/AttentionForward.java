package dev.minnow.kernel;

import java.util.Arrays;

/**
 * Attention of one head at a time: blocks of 64 queries against blocks of keys, whose scores stay in cache. A query keeps the largest
 * score so far and the sum of exponentials relative to it; when a later block has a larger score, what was summed before shrinks (Milakov
 * and Gimelshein, "Online normalizer calculation for softmax"; Dao et al., "FlashAttention").
 */
final class AttentionForward {
  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int TILE_ROWS = PanelProduct.TILE_ROWS;
  private static final int TILE_COLUMNS = PanelProduct.TILE_COLUMNS;

  private final HeadRows queries;
  private final HeadRows keys;
  private final HeadRows values;
  private final HeadRows out;
  private final int groupSize;
  private final int queryCount;
  private final int position;
  private final Dropout dropout;
  private final int headWidth;
  private final float scale;
  private final AttentionScratch at;

  /**
   * Query i stands at {@code position} + i and sees keys up to its own.
   *
   * @param groupSize query heads that read one head of keys and values
   * @param queryCount in each sequence
   * @param position of the first query among the keys
   */
  AttentionForward(
      HeadRows queries, HeadRows keys, HeadRows values, HeadRows out, int groupSize, int queryCount, int position, Dropout dropout) {
    this.queries = queries;
    this.keys = keys;
    this.values = values;
    this.out = out;
    this.groupSize = groupSize;
    this.queryCount = queryCount;
    this.position = position;
    this.dropout = dropout;
    this.headWidth = queries.headWidth();
    this.scale = (float) (1 / Math.sqrt(headWidth));
    this.at = new AttentionScratch(headWidth);
  }

  /**
   * All queries of one head.
   *
   * @param maskRow the dropout's row of the head's first query
   * @param logSumExp address of that query's log of the sum of exponentials; 0 if it is not wanted
   */
  void run(int sequence, int head, long maskRow, long logSumExp, Workspace workspace) {
    float[] s = at.of(workspace);
    at.clearZeros(s);
    int packed = -1;
    for (int query = 0; query < queryCount; query += STRIDE) {
      int count = Math.min(STRIDE, queryCount - query);
      startQueries(s, workspace, sequence, head, query, count, maskRow + query);
      for (int key = 0; key < position + query + count; key += at.keyBlock) {
        if (packed != key) {
          packKeys(s, sequence, head / groupSize, key);
          packed = key;
        }
        int keyCount = Math.min(at.keyBlock, position + query + count - key);
        int diagonal = position + query - key;
        scores(s, count, keyCount, diagonal);
        exponentials(s, workspace, count, keyCount, diagonal, key);
        addWeightedValues(s, count, keyCount, diagonal, key == 0);
      }
      finishQueries(s, sequence, head, query, count, logSumExp);
    }
  }

  private void startQueries(float[] s, Workspace workspace, int sequence, int head, int query, int count, long maskRow) {
    long address = queries.at(sequence, head, query);
    AttentionPanels.packTransposed(workspace, s, at.queriesTransposed, address, queries.rowBytes(), count, headWidth, scale);
    Arrays.fill(s, at.maxima, at.maxima + STRIDE, Float.NEGATIVE_INFINITY);
    Arrays.fill(s, at.sums, at.sums + STRIDE, 0);
    if (!dropout.isNone()) {
      VectorDropout.noteRows(workspace.ints, maskRow, count, dropout);
    }
  }

  private void packKeys(float[] s, int sequence, int head, int key) {
    int count = Math.min(at.keyBlock, position + queryCount - key);
    AttentionPanels.pack(s, at.keys, at.keyBlock, keys.at(sequence, head, key), keys.rowBytes(), count, headWidth, 1);
    AttentionPanels.pack(s, at.values, at.keyBlock, values.at(sequence, head, key), values.rowBytes(), count, headWidth, 1);
  }

  /**
   * The scores that softmax reads, tile by tile, masked where a key is later than a query.
   *
   * @param diagonal position of the first query less that of the first key
   */
  private void scores(float[] s, int count, int keyCount, int diagonal) {
    for (int column = 0; column < count; column += TILE_COLUMNS) {
      int rows = visibleKeys(column + TILE_COLUMNS, count, keyCount, diagonal);
      for (int row = 0; row < rows; row += TILE_ROWS) {
        AttentionPanels.product(s, at.scores + row * STRIDE + column, at.keys + row * STRIDE, at.keyBlock, at.queriesTransposed + column,
            headWidth, at.zeros);
      }
      int first = Math.max(0, diagonal + column + 1);
      AttentionSoftmax.mask(s, at.scores + column, TILE_COLUMNS, first, rows, first - diagonal - column, Float.NEGATIVE_INFINITY);
    }
  }

  /** Keys of the block that any of the first {@code end} queries sees, at least 1. */
  private static int visibleKeys(int end, int count, int keyCount, int diagonal) {
    return Math.max(1, Math.min(keyCount, diagonal + Math.min(end, count)));
  }

  private void exponentials(float[] s, Workspace workspace, int count, int keyCount, int diagonal, int key) {
    for (int column = 0; column < count; column += Lanes.COUNT) {
      int rows = visibleKeys(PanelProduct.tileRowsEnd(column), count, keyCount, diagonal);
      AttentionSoftmax.exponentials(s, at.scores + column, rows, at.maxima + column, at.sums + column, at.factors + column);
      if (!dropout.isNone()) {
        VectorDropout.multiplyTransposed(s, at.scores + column, rows, STRIDE, dropout, column, key, workspace.ints);
      }
    }
  }

  /** Results = results x factors + exponentials x values, or without the first term where there are no results yet. */
  private void addWeightedValues(float[] s, int count, int keyCount, int diagonal, boolean first) {
    for (int row = 0; row < count; row += TILE_ROWS) {
      int depth = visibleKeys(row + TILE_ROWS, count, keyCount, diagonal);
      for (int panel = 0; panel < AttentionPanels.count(headWidth); panel++) {
        int result = at.results + panel * STRIDE * STRIDE + row * STRIDE;
        int value = at.values + panel * at.keyBlock * STRIDE;
        for (int column = 0; column < AttentionPanels.columns(headWidth, panel); column += TILE_COLUMNS) {
          if (first) {
            PanelProduct.tileOfColumns(s, result + column, at.scores + row, value + column, depth);
          } else {
            PanelProduct.tileOfColumns(s, at.tile, at.scores + row, value + column, depth);
            PanelProduct.scaleAndAddTile(s, result + column, at.tile, at.factors + row);
          }
        }
      }
    }
  }

  private void finishQueries(float[] s, int sequence, int head, int query, int count, long logSumExp) {
    for (int row = 0; row < count; row++) {
      long address = out.at(sequence, head, query + row);
      AttentionPanels.unpack(s, at.results + row * STRIDE, STRIDE, address, 0, 1, headWidth, 1 / s[at.sums + row]);
    }
    if (logSumExp != 0) {
      for (int row = 0; row < count; row++) {
        float log = (float) (s[at.maxima + row] + StrictMath.log(s[at.sums + row]));
        Lanes.storeFloat(log, logSumExp + (long) (query + row) * Float.BYTES);
      }
    }
  }
}
