package dev.minnow.kernel.attention;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowFetch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.VectorDropout;
import java.util.Arrays;

/**
 * Attention of one head at a time: blocks of 64 queries against blocks of keys, whose scores stay in cache. A query keeps the largest
 * score so far and the sum of exponentials relative to it; when a later block has a larger score, what was summed before shrinks (Milakov
 * and Gimelshein, "Online normalizer calculation for softmax"; Dao et al., "FlashAttention").
 */
public final class AttentionForward {
  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int TILE_COLUMNS = PanelProduct.TILE_COLUMNS;

  private final HeadRows queries;
  private final HeadRows keys;
  private final HeadRows values;
  private final HeadRows out;
  private final int headCount;
  private final int groupSize;
  private final int queryCount;
  private final int position;
  private final Dropout dropout;
  private final int headWidth;
  private final float scale;
  private final AttentionScratch at;
  private final AttentionProducts products;

  /**
   * Query i stands at {@code position} + i and sees keys up to its own.
   *
   * @param shape of the queries, and of the heads of keys and values
   * @param position of the first query among the keys
   */
  public AttentionForward(
      HeadRows queries, HeadRows keys, HeadRows values, HeadRows out, AttentionShape shape, int position, Dropout dropout) {
    this.queries = queries;
    this.keys = keys;
    this.values = values;
    this.out = out;
    this.headCount = shape.headCount();
    this.groupSize = shape.groupSize();
    this.queryCount = shape.context();
    this.position = position;
    this.dropout = dropout;
    this.headWidth = shape.headWidth();
    this.scale = shape.scale();
    this.at = new AttentionScratch(headWidth);
    this.products = new AttentionProducts(at.keyBlock, headWidth);
  }

  /**
   * All queries of one head.
   *
   * @param maskRow the dropout's row of the head's first query
   * @param logSumExp address of that query's log of the sum of exponentials; 0 if it is not wanted
   */
  public void run(int sequence, int head, long maskRow, long logSumExp, Workspace workspace) {
    float[] s = at.of(workspace);
    PanelProduct.begin(s);
    workspace.code().ahead().clear();
    int packed = -1;
    for (int query = 0; query < queryCount; query += STRIDE) {
      int count = Math.min(STRIDE, queryCount - query);
      startQueries(s, workspace, sequence, head, query, count, maskRow + query);
      if (PanelProduct.fetches()) {
        foresee(workspace.code().ahead(), sequence, head, query, count);
      }
      for (int key = 0; key < position + query + count; key += at.keyBlock) {
        if (packed != key) {
          packKeys(s, sequence, head / groupSize, key);
          packed = key;
        }
        int keyCount = Math.min(at.keyBlock, position + query + count - key);
        int diagonal = position + query - key;
        scores(s, workspace, count, keyCount, diagonal);
        AttentionSoftmax.exponentials(workspace, s, at, count, keyCount, diagonal);
        AttentionSoftmax.dropOut(workspace, s, at.scores, count, keyCount, diagonal, key, dropout);
        addWeightedValues(s, workspace, count, keyCount, diagonal, key == 0);
      }
      finishQueries(s, sequence, head, query, count, logSumExp);
    }
  }

  /** Has fetched, while a block of queries meets keys: its results, the next queries, and a share of the first keys of the next head. */
  private void foresee(RowFetch ahead, int sequence, int head, int query, int count) {
    int next = sequence * headCount + head + 1;
    int nextSequence = next / headCount;
    int nextHead = next % headCount;
    out.fetch(ahead, sequence, head, query, count);
    if (query + STRIDE < queryCount) {
      queries.fetch(ahead, sequence, head, query + STRIDE, Math.min(STRIDE, queryCount - query - STRIDE));
    } else {
      queries.fetch(ahead, nextSequence, nextHead, 0, Math.min(STRIDE, queryCount));
    }
    if (nextHead % groupSize == 0) {
      int rows = Math.min(at.keyBlock, position + queryCount);
      at.foreseeKeys(ahead, keys, values, nextSequence, nextHead / groupSize, 0, rows, query, queryCount);
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
  private void scores(float[] s, Workspace workspace, int count, int keyCount, int diagonal) {
    for (int column = 0; column < count; column += TILE_COLUMNS) {
      int rows = AttentionProducts.visibleKeys(column + TILE_COLUMNS, count, keyCount, diagonal);
      products.scores(workspace, s, at.scores + column, at.keys, at.queriesTransposed + column, rows);
      int first = Math.max(0, diagonal + column + 1);
      AttentionSoftmax.mask(s, at.scores + column, TILE_COLUMNS, first, rows, first - diagonal - column, Float.NEGATIVE_INFINITY);
    }
  }

  /** Results = results x factors + exponentials x values, or without the first term where there are no results yet. */
  private void addWeightedValues(float[] s, Workspace workspace, int count, int keyCount, int diagonal, boolean first) {
    if (!first) {
      AttentionPanels.multiplyRows(s, at.results, count, headWidth, at.factors);
    }
    Accumulation accumulation = first ? Accumulation.SET : Accumulation.ADD;
    int most = AttentionProducts.visibleKeys(count, count, keyCount, diagonal);
    products.sumOverKeys(workspace, s, accumulation, at.results, at.scores, at.values, count, diagonal, most);
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
