package dev.minnow.kernel.attention;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.pool.Workspace;

/**
 * The products of attention among panels of one head ({@link AttentionPanels}), of a block of queries and a block of keys. What queries do
 * not see is left out in whole tiles; within the tiles on the diagonal it counts as 0.
 */
final class AttentionProducts {
  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int TILE_ROWS = PanelProduct.TILE_ROWS;

  private final int keyBlock;
  private final int headWidth;

  /** @param keyBlock rows of panels of keys; those of queries have 64 */
  AttentionProducts(int keyBlock, int headWidth) {
    this.keyBlock = keyBlock;
    this.headWidth = headWidth;
  }

  /**
   * Keys of a block that any of the first {@code end} of {@code count} queries sees.
   *
   * @param diagonal position of the first query less that of the first key
   */
  static int visibleKeys(int end, int count, int keyCount, int diagonal) {
    return Math.clamp(diagonal + Math.min(end, count), 0, keyCount);
  }

  /**
   * A column of tiles over the head's width: the tiles at c = rows at a x columns at b.
   *
   * @param a rows of the first of several panels of {@code keyBlock} rows
   * @param b columns of the first of several transposed panels of 64 rows
   * @param rows nothing is done if there are none
   */
  void scores(Workspace workspace, float[] s, int c, int a, int b, int rows) {
    if (rows <= 0) {
      return;
    }
    int tiles = Math.ceilDiv(rows, TILE_ROWS);
    for (int panel = 0; panel < AttentionPanels.count(headWidth); panel++) {
      int left = a + panel * keyBlock * STRIDE;
      int right = b + panel * STRIDE * STRIDE;
      Accumulation accumulation = panel == 0 ? Accumulation.SET : Accumulation.ADD;
      PanelProduct.ofRows(workspace, s, accumulation, c, left, right, tiles, 1, AttentionPanels.columns(headWidth, panel), 0);
    }
  }

  /**
   * Sums over keys for each query: the tiles at c, (queries, D), = the transpose of (keys, queries) at a x (keys, D) at b. Of a tile's last
   * query, {@code diagonal} + its number + 1 keys count, at most {@code most}.
   */
  void sumOverKeys(
      Workspace workspace, float[] s, Accumulation accumulation, int c, int a, int b, int queries, int diagonal, int most) {
    int rows = Math.ceilDiv(queries, TILE_ROWS);
    int start = Math.clamp(Math.floorDiv(-diagonal, TILE_ROWS), 0, rows);
    int end = Math.clamp(Math.floorDiv(most - diagonal, TILE_ROWS), start, rows);
    for (int panel = 0; panel < AttentionPanels.count(headWidth); panel++) {
      int columns = Math.ceilDiv(AttentionPanels.columns(headWidth, panel), PanelProduct.TILE_COLUMNS);
      int out = c + panel * STRIDE * STRIDE;
      int right = b + panel * keyBlock * STRIDE;
      sumOverKeys(workspace, s, accumulation, out, a, right, 0, start, columns, 0, 0);
      sumOverKeys(workspace, s, accumulation, out, a, right, start, end, columns, diagonal + (start + 1) * TILE_ROWS, TILE_ROWS);
      sumOverKeys(workspace, s, accumulation, out, a, right, end, rows, columns, most, 0);
    }
  }

  private static void sumOverKeys(
      Workspace workspace, float[] s, Accumulation accumulation, int c, int a, int b, int row, int endRow, int columns, int depth,
      int added) {
    if (row < endRow) {
      int out = c + row * TILE_ROWS * STRIDE;
      PanelProduct.ofColumns(workspace, s, accumulation, out, a + row * TILE_ROWS, b, endRow - row, columns, depth, added);
    }
  }

  /**
   * Adds sums over queries for each key: the tiles at c, (keys, D), += (keys, queries) at a x (queries, D) at b, without the queries
   * that come before a tile's first key.
   *
   * @param diagonal position of the first query less that of the first key, a multiple of a tile's rows
   */
  void addSumsOverQueries(Workspace workspace, float[] s, int c, int a, int b, int keys, int diagonal, int queries) {
    int rows = Math.ceilDiv(keys, TILE_ROWS);
    int full = Math.clamp(diagonal / TILE_ROWS + 1, 0, rows);
    int first = full * TILE_ROWS - diagonal;
    for (int panel = 0; panel < AttentionPanels.count(headWidth); panel++) {
      int columns = Math.ceilDiv(AttentionPanels.columns(headWidth, panel), PanelProduct.TILE_COLUMNS);
      int out = c + panel * keyBlock * STRIDE;
      int right = b + panel * STRIDE * STRIDE;
      if (full > 0) {
        PanelProduct.ofRows(workspace, s, Accumulation.ADD, out, a, right, full, columns, queries, 0);
      }
      if (full < rows) {
        int skip = full * TILE_ROWS * STRIDE;
        PanelProduct.ofRows(
            workspace, s, Accumulation.ADD, out + skip, a + skip + first, right + first * STRIDE, rows - full, columns, queries - first,
            TILE_ROWS);
      }
    }
  }
}
