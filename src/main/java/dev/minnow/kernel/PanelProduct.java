package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Small matrix products among panels in one scratch array. A panel is row-major with {@link #STRIDE} floats from row to row, whatever
 * part of a row is used: constant distances become displacements of the load instructions, which saves registers.
 */
final class PanelProduct {
  /** Floats of one panel row: 256 bytes. */
  static final int STRIDE = 64;

  /** Rows of one tile; the rows of a product are padded to a multiple of it. */
  static final int TILE_ROWS = 8;

  /** Columns of one tile: 2 vectors. */
  static final int TILE_COLUMNS = 2 * Lanes.COUNT;

  private static final int LANES = Lanes.COUNT;

  /** From the upper rows of a tile to the lower ones. */
  private static final int LOWER = PanelTile4.ROWS * STRIDE;

  /** The end of the tiles of rows that share a column with the vector of columns from {@code column} on, when one is transposed. */
  static int tileRowsEnd(int column) {
    return Math.max(column + LANES, column / TILE_ROWS * TILE_ROWS + TILE_ROWS);
  }

  private PanelProduct() {}

  /** The tile at c = the tile at t + A x B over {@code depth}; element (r, k) of A is at a + 64 r + k. */
  static void tileOfRows(float[] s, int c, int t, int a, int b, int depth) {
    if (Lanes.IN_SIXTEEN_REGISTERS) {
      PanelTile4.ofRows(s, c, t, a, b, depth);
      PanelTile4.ofRows(s, c + LOWER, t + LOWER, a + LOWER, b, depth);
    } else {
      PanelTile8.ofRows(s, c, t, a, b, depth);
    }
  }

  /** The tile at c = A x B over {@code depth}; element (r, k) of A is at a + 64 k + r. */
  static void tileOfColumns(float[] s, int c, int a, int b, int depth) {
    if (Lanes.IN_SIXTEEN_REGISTERS) {
      PanelTile4.ofColumns(s, c, a, b, depth);
      PanelTile4.ofColumns(s, c + LOWER, a + PanelTile4.ROWS, b, depth);
    } else {
      PanelTile8.ofColumns(s, c, a, b, depth);
    }
  }

  /** Row r of the tile at c = it x element r of the factors + row r of the tile at t. */
  static void scaleAndAddTile(float[] s, int c, int t, int factors) {
    for (int row = 0; row < TILE_ROWS; row++) {
      int at = c + row * STRIDE;
      FloatVector factor = FloatVector.broadcast(FLOATS, s[factors + row]);
      FloatVector left = FloatVector.fromArray(FLOATS, s, at);
      FloatVector right = FloatVector.fromArray(FLOATS, s, at + LANES);
      left.fma(factor, FloatVector.fromArray(FLOATS, s, t + row * STRIDE)).intoArray(s, at);
      right.fma(factor, FloatVector.fromArray(FLOATS, s, t + row * STRIDE + LANES)).intoArray(s, at + LANES);
    }
  }
}
