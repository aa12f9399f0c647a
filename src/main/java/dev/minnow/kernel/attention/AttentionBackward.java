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
 * The gradient of attention, of one head of keys and values at a time: for each block of keys, whose gradients stay in cache, all blocks
 * of queries that see it, of one query head after the other. Probabilities are computed again from the scores and the kept logs of sums.
 */
public final class AttentionBackward {
  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int TILE_ROWS = PanelProduct.TILE_ROWS;
  private static final int TILE_COLUMNS = PanelProduct.TILE_COLUMNS;

  private final HeadRows queries;
  private final HeadRows keys;
  private final HeadRows values;
  private final HeadRows out;
  private final HeadRows dout;
  private final HeadRows dqueries;
  private final HeadRows dkeys;
  private final HeadRows dvalues;
  private final int headCount;
  private final int groupSize;
  private final int context;
  private final Dropout dropout;
  private final int headWidth;
  private final float scale;
  private final AttentionScratch at;
  private final AttentionProducts products;

  public AttentionBackward(
      long queryKeyValue, long dqueryKeyValue, long out, long dout, AttentionShape shape, Dropout dropout) {
    this.queries = HeadRows.ofQueries(queryKeyValue, shape);
    this.keys = HeadRows.ofKeys(queryKeyValue, shape);
    this.values = HeadRows.ofValues(queryKeyValue, shape);
    this.out = HeadRows.ofResults(out, shape);
    this.dout = HeadRows.ofResults(dout, shape);
    this.dqueries = HeadRows.ofQueries(dqueryKeyValue, shape);
    this.dkeys = HeadRows.ofKeys(dqueryKeyValue, shape);
    this.dvalues = HeadRows.ofValues(dqueryKeyValue, shape);
    this.headCount = shape.headCount();
    this.groupSize = shape.groupSize();
    this.context = shape.context();
    this.dropout = dropout;
    this.headWidth = shape.headWidth();
    this.scale = shape.scale();
    this.at = new AttentionScratch(headWidth);
    this.products = new AttentionProducts(at.keyBlock, headWidth);
  }

  /**
   * All gradients of one head of keys and values, and of the queries that read it.
   *
   * @param logSumExp address of the first log of the sum of exponentials of all (B, H, T)
   */
  public void run(int sequence, int keyValueHead, long logSumExp, Workspace workspace) {
    float[] s = at.of(workspace);
    PanelProduct.begin(s);
    workspace.code().ahead().clear();
    int firstHead = keyValueHead * groupSize;
    for (int key = 0; key < context; key += at.keyBlock) {
      int keyCount = Math.min(at.keyBlock, context - key);
      startKeys(s, sequence, keyValueHead, key, keyCount);
      for (int head = firstHead; head < firstHead + groupSize; head++) {
        addQueries(s, workspace, sequence, head, key, keyCount, logSumExp);
      }
      AttentionPanels.unpack(
          s, at.keyGradients, at.keyBlock, dkeys.at(sequence, keyValueHead, key), dkeys.rowBytes(), keyCount, headWidth, 1);
      AttentionPanels.unpack(
          s, at.valueGradients, at.keyBlock, dvalues.at(sequence, keyValueHead, key), dvalues.rowBytes(), keyCount, headWidth, 1);
    }
  }

  /** What one head's queries that see a block of keys add to its gradients, and it to theirs. */
  private void addQueries(float[] s, Workspace workspace, int sequence, int head, int key, int keyCount, long logSumExp) {
    long firstRow = ((long) sequence * headCount + head) * context;
    for (int query = key / STRIDE * STRIDE; query < context; query += STRIDE) {
      int count = Math.min(STRIDE, context - query);
      int diagonal = query - key;
      int visible = Math.min(keyCount, diagonal + count);
      startQueries(s, workspace, sequence, head, query, count, firstRow, logSumExp + firstRow * Float.BYTES);
      if (PanelProduct.fetches()) {
        foresee(workspace.code().ahead(), sequence, head, key, query, count);
      }
      scores(s, workspace, count, visible, diagonal);
      AttentionSoftmax.gradients(workspace, s, at, count, visible, diagonal, key, dropout);
      addKeyGradients(s, workspace, count, visible, diagonal);
      queryGradients(s, workspace, count, visible, diagonal);
      writeQueryGradients(s, sequence, head, query, count, key == 0);
    }
  }

  /**
   * Has fetched, while a block of queries meets a block of keys: its gradients, the next queries, and, before the keys are at their end, a
   * share of their gradients and of the next keys.
   */
  private void foresee(RowFetch ahead, int sequence, int head, int key, int query, int count) {
    int group = head / groupSize;
    int next = sequence * headCount + (group + 1) * groupSize;
    int nextSequence = next / headCount;
    int nextHead = next % headCount;
    int nextKey = key + at.keyBlock;
    boolean lastHead = (head + 1) % groupSize == 0;
    dqueries.fetch(ahead, sequence, head, query, count);
    if (query + STRIDE < context) {
      queries(ahead, sequence, head, query + STRIDE);
    } else if (!lastHead) {
      queries(ahead, sequence, head + 1, key / STRIDE * STRIDE);
    } else if (nextKey < context) {
      queries(ahead, sequence, group * groupSize, nextKey / STRIDE * STRIDE);
    } else {
      queries(ahead, nextSequence, nextHead, 0);
    }
    if (lastHead) {
      share(ahead, dkeys, dvalues, sequence, group, key, key, query);
      if (nextKey < context) {
        share(ahead, keys, values, sequence, group, nextKey, key, query);
      } else {
        share(ahead, keys, values, nextSequence, nextHead / groupSize, 0, key, query);
      }
    }
  }

  /** The share, in turn of queries that see the block of keys from {@code key} on, of what belongs to the block from {@code first} on. */
  private void share(RowFetch ahead, HeadRows one, HeadRows other, int sequence, int group, int first, int key, int query) {
    int rows = Math.min(at.keyBlock, context - first);
    int start = key / STRIDE * STRIDE;
    at.foreseeKeys(ahead, one, other, sequence, group, first, rows, query - start, context - start);
  }

  private void queries(RowFetch ahead, int sequence, int head, int query) {
    int count = Math.min(STRIDE, context - query);
    queries.fetch(ahead, sequence, head, query, count);
    dout.fetch(ahead, sequence, head, query, count);
    out.fetch(ahead, sequence, head, query, count);
  }

  private void startKeys(float[] s, int sequence, int head, int key, int count) {
    AttentionPanels.pack(s, at.keys, at.keyBlock, keys.at(sequence, head, key), keys.rowBytes(), count, headWidth, 1);
    AttentionPanels.pack(s, at.values, at.keyBlock, values.at(sequence, head, key), values.rowBytes(), count, headWidth, 1);
    int floats = Math.ceilDiv(count, TILE_ROWS) * TILE_ROWS * STRIDE;
    for (int panel = 0; panel < AttentionPanels.count(headWidth); panel++) {
      int first = panel * at.keyBlock * STRIDE;
      Arrays.fill(s, at.keyGradients + first, at.keyGradients + first + floats, 0);
      Arrays.fill(s, at.valueGradients + first, at.valueGradients + first + floats, 0);
    }
  }

  private void startQueries(
      float[] s, Workspace workspace, int sequence, int head, int query, int count, long maskRow, long logSumExp) {
    long doutAddress = dout.at(sequence, head, query);
    long queryAddress = queries.at(sequence, head, query);
    AttentionPanels.pack(s, at.queries, STRIDE, queryAddress, queries.rowBytes(), count, headWidth, scale);
    AttentionPanels.pack(s, at.results, STRIDE, doutAddress, dout.rowBytes(), count, headWidth, 1);
    AttentionPanels.packTransposed(workspace, s, at.queriesTransposed, queryAddress, queries.rowBytes(), count, headWidth, scale);
    AttentionPanels.packTransposed(workspace, s, at.resultsTransposed, doutAddress, dout.rowBytes(), count, headWidth, 1);
    for (int row = 0; row < count; row++) {
      long offset = row * dout.rowBytes();
      s[at.weightedSums + row] =
          VectorDot.product(doutAddress + offset, out.at(sequence, head, query) + offset, headWidth, workspace.regions);
      s[at.logSumExp + row] = Lanes.loadFloat(logSumExp + (long) (query + row) * Float.BYTES);
    }
    if (!dropout.isNone()) {
      VectorDropout.noteRows(workspace.ints, maskRow + query, count, dropout);
    }
  }

  /** The scores and, in the same tiles, the gradients of their probabilities; 0 where a key is later than a query. */
  private void scores(float[] s, Workspace workspace, int count, int keyCount, int diagonal) {
    for (int column = 0; column < count; column += TILE_COLUMNS) {
      int rows = AttentionProducts.visibleKeys(column + TILE_COLUMNS, count, keyCount, diagonal);
      products.scores(workspace, s, at.scores + column, at.keys, at.queriesTransposed + column, rows);
      products.scores(workspace, s, at.scoreGradients + column, at.values, at.resultsTransposed + column, rows);
      int first = Math.max(0, diagonal + column + 1);
      int hidden = first - diagonal - column;
      int end = Math.ceilDiv(rows, TILE_ROWS) * TILE_ROWS;
      AttentionSoftmax.mask(s, at.scores + column, TILE_COLUMNS, first, end, hidden, Float.NEGATIVE_INFINITY);
      AttentionSoftmax.mask(s, at.scoreGradients + column, TILE_COLUMNS, first, end, hidden, 0);
    }
  }

  /** dkeys += score gradients x queries; dvalues += probabilities x dout. */
  private void addKeyGradients(float[] s, Workspace workspace, int count, int keyCount, int diagonal) {
    products.addSumsOverQueries(workspace, s, at.keyGradients, at.scoreGradients, at.queries, keyCount, diagonal, count);
    products.addSumsOverQueries(workspace, s, at.valueGradients, at.scores, at.results, keyCount, diagonal, count);
  }

  /** dqueries = score gradients, transposed, x keys. */
  private void queryGradients(float[] s, Workspace workspace, int count, int keyCount, int diagonal) {
    int most = AttentionProducts.visibleKeys(count, count, keyCount, diagonal);
    products.sumOverKeys(workspace, s, Accumulation.SET, at.queryGradients, at.scoreGradients, at.keys, count, diagonal, most);
  }

  private void writeQueryGradients(float[] s, int sequence, int head, int query, int count, boolean first) {
    long address = dqueries.at(sequence, head, query);
    if (first) {
      AttentionPanels.unpack(s, at.queryGradients, STRIDE, address, dqueries.rowBytes(), count, headWidth, scale);
    } else {
      AttentionPanels.addTo(s, at.queryGradients, STRIDE, address, dqueries.rowBytes(), count, headWidth, scale);
    }
  }
}
