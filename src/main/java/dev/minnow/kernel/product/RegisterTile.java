package dev.minnow.kernel.product;

import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.Workspace;

/**
 * The tile of a matrix product that is summed in registers: {@link #ROWS} x {@link #COLUMNS} outputs, from two packed panels.
 *
 * <p>A right panel holds, for each k, {@link #COLUMNS} values: (k, c) at k x COLUMNS + c. A left panel holds either rows, (r, k) at r x
 * {@link #ROW_STRIDE} + k, or columns, (r, k) at k x ROWS + r, whichever is packed in less time: columns are multiplied a little faster.
 * Tiles are dense: (r, c) at r x COLUMNS + c. Each output is one chain of fused multiply-adds over k, whatever the tile's shape.
 *
 * <p>The methods that sum are small on purpose. C1 must be able to compile them at its third tier, or a start in ten stays in its second
 * tier, a hundred times slower, for the life of the process. Hence accumulators that start at zero, a store to a dense scratch tile, and
 * an update of the output elsewhere ({@link TileStore}); and callers whose loops are short, so that no frame of theirs outlives the
 * code that it runs in. Where the system takes machine code, {@link Panels} do the same in less time.
 */
final class RegisterTile {
  /** Output rows. */
  static final int ROWS = rows();

  /** Output columns: two vectors, so that each broadcast of a left value serves twice. */
  static final int COLUMNS = 2 * Lanes.COUNT;

  /**
   * The most steps of k that one panel holds. A left panel of 12 x 512 floats takes 24 KiB, half of a 48 KiB L1 cache, and stays there
   * while right panels of 64 KiB stream through from L2 at a vector per 6 cycles; and the output is touched once per 512 steps.
   */
  static final int DEPTH = 512;

  /** Floats from row to row of a panel in rows: {@link #DEPTH} and a cache line, so that its rows do not all fall into one cache set. */
  static final int ROW_STRIDE = DEPTH + 16;

  private RegisterTile() {}

  private static int rows() {
    InstructionSet set = VectorCode.set();
    if (set != null && Panels.areHere()) {
      return PanelProgram.rows(set);
    }
    return Lanes.IN_SIXTEEN_REGISTERS ? Tile4.ROWS : Tile12.ROWS;
  }

  /** The tile = left x right over {@code depth}. Indices say where in the scratch the panels begin; the form is {@link LeftPanel#form}. */
  static void multiply(Workspace scratch, LeftPanel.Form form, int left, int right, int depth) {
    if (Panels.areHere()) {
      Panels.multiplyToTile(scratch, left, right, depth);
    } else if (form == LeftPanel.Form.ROWS) {
      multiplyRows(scratch, left, right, depth);
    } else {
      multiplyColumns(scratch, left, right, depth);
    }
  }

  private static void multiplyRows(Workspace scratch, int left, int right, int depth) {
    if (Lanes.IN_SIXTEEN_REGISTERS) {
      Tile4.rows(scratch.tile, Workspace.ALIGNED, scratch.left(), left, scratch.right(), right, depth);
    } else {
      Tile12.rows(scratch.tile, Workspace.ALIGNED, scratch.left(), left, scratch.right(), right, depth);
    }
  }

  private static void multiplyColumns(Workspace scratch, int left, int right, int depth) {
    if (Lanes.IN_SIXTEEN_REGISTERS) {
      Tile4.columns(scratch.tile, Workspace.ALIGNED, scratch.left(), left, scratch.right(), right, depth);
    } else {
      Tile12.columns(scratch.tile, Workspace.ALIGNED, scratch.left(), left, scratch.right(), right, depth);
    }
  }
}
