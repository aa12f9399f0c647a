package dev.minnow.kernel.product;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.weight.NarrowRows;
import jdk.incubator.vector.FloatVector;

/**
 * Packs a block of the right operand of a matrix product into {@link Workspace#right()}: one panel of {@link RegisterTile#COLUMNS} columns
 * after the other. Columns of the last panel beyond the operand keep what they held: no one reads the outputs that they go into.
 */
public final class RightPanels {
  private static final int COLUMNS = RegisterTile.COLUMNS;
  private static final int LANES = Lanes.COUNT;

  /**
   * Floats between panels: two cache lines, so that panels of some hundred steps do not all begin in the same set of the L1 cache. A row is
   * dealt out to all of them, which takes three times as long where 16 panels share sets that hold 12 lines.
   */
  static final int GAP = 32;

  private RightPanels() {}

  /** Where panel {@code panel} of this depth begins. */
  static int start(int panel, int depth) {
    return Workspace.ALIGNED + panel * stride(depth);
  }

  /** Floats from panel to panel. */
  static int stride(int depth) {
    return COLUMNS * depth + GAP;
  }

  /** From {@code depth} x {@code columns} values, (k, c) at source + k x strideBytes + 4 c. */
  static void packRows(Workspace scratch, long source, long strideBytes, int columns, int depth) {
    float[] right = scratch.right();
    int whole = columns / COLUMNS;
    if (Panels.areHere()) {
      Panels.copyRight(scratch, start(0, depth), stride(depth), source, strideBytes, whole, depth);
    } else {
      for (int panel = 0; panel < whole; panel++) {
        copy(right, start(panel, depth), source + (long) panel * COLUMNS * Float.BYTES, strideBytes, depth);
      }
    }
    copyNarrow(
        right,
        start(whole, depth),
        source + (long) whole * COLUMNS * Float.BYTES,
        strideBytes,
        columns - whole * COLUMNS,
        depth);
  }

  private static void copy(float[] right, int at, long source, long strideBytes, int depth) {
    for (int k = 0; k < depth; k++) {
      long from = Lanes.bounded(source + k * strideBytes);
      FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER).intoArray(right, at + k * COLUMNS);
      FloatVector.fromMemorySegment(FLOATS, MEMORY, from + Lanes.BYTES, ORDER).intoArray(right, at + k * COLUMNS + LANES);
    }
  }

  private static void copyNarrow(float[] right, int at, long source, long strideBytes, int columns, int depth) {
    for (int k = 0; k < depth; k++) {
      for (int c = 0; c < columns; c++) {
        right[at + k * COLUMNS + c] = Lanes.loadFloat(source + k * strideBytes + (long) c * Float.BYTES);
      }
    }
  }

  /** From {@code columns} x {@code depth} values, (k, c) at source + c x strideBytes + 4 k. */
  static void packColumns(Workspace scratch, long source, long strideBytes, int columns, int depth) {
    for (int c = 0; c < columns; c += LANES) {
      turn(scratch, source + c * strideBytes, strideBytes, c, Math.min(LANES, columns - c), depth);
    }
  }

  /** From {@code columns} x {@code depth} values, (k, c) being element firstStep + k of row firstColumn + c. */
  public static void packNarrow(Workspace scratch, NarrowRows rows, int firstStep, int firstColumn, int columns, int depth) {
    long strideBytes = (long) RegisterTile.ROW_STRIDE * Float.BYTES;
    long floats = scratch.code().large(LANES * strideBytes);
    for (int c = 0; c < columns; c += LANES) {
      int count = Math.min(LANES, columns - c);
      for (int i = 0; i < count; i++) {
        rows.load(firstColumn + c + i, firstStep, depth, floats + i * strideBytes);
      }
      turn(scratch, floats, strideBytes, c, count, depth);
    }
  }

  /** Up to a vector of columns, which lie as rows {@code strideBytes} apart. */
  private static void turn(Workspace scratch, long source, long strideBytes, int column, int count, int depth) {
    if (count == LANES) {
      Transpose.rows(scratch, source, strideBytes, depth, scratch.right(), place(column, depth), COLUMNS);
      return;
    }
    for (int i = 0; i < count; i++) {
      Transpose.row(source + i * strideBytes, 0, depth, scratch.right(), place(column + i, depth), COLUMNS);
    }
  }

  /** Where the first step of a column is. */
  private static int place(int column, int depth) {
    return start(column / COLUMNS, depth) + column % COLUMNS;
  }
}
