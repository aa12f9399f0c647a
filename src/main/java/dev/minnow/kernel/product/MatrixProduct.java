package dev.minnow.kernel.product;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.product.TileStore.Output;
import dev.minnow.kernel.row.Epilogue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * out (rows, columns) = or += left (rows, depth) x right (depth, columns), blocked for caches and cut over threads.
 *
 * <p>After Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication": a block of the right operand is packed into the
 * L2 cache, rows of the left one into the L1 cache, and {@link RegisterTile} multiplies them. The depth is cut by its size only, and
 * its blocks are added in order, so that an output is the same sum for any number of threads and in a full tile or a remainder.
 *
 * @param left operand
 * @param right operand
 * @param out neither operand overlaps it
 * @param mode what becomes of the products
 * @param vector address of the bias (columns) or of the left sums (rows) of the mode
 * @param rows of left and out
 * @param columns of right and out
 * @param depth columns of left, rows of right
 * @param epilogue what is done with finished parts of the output
 */
public record MatrixProduct(
    Matrix left, RightOperand right, Matrix out, Mode mode, long vector, int rows, int columns, int depth, Epilogue epilogue) {
  /** What right panels are packed from. */
  public interface RightOperand {
    /** Packs {@code steps} steps from {@code k} on of {@code columns} columns from {@code column} on into {@link Workspace#right()}. */
    void pack(Workspace scratch, int k, int column, int columns, int steps);
  }

  /**
   * Floats in memory: element (r, c) of a matrix in row order is at address + r x strideBytes + 4 c; in column order, which is how the
   * transpose of a tensor lies in memory, at address + c x strideBytes + 4 r.
   */
  public record Matrix(long address, long strideBytes, boolean inColumnOrder) implements RightOperand {
    /** A tensor's matrix of {@code width} columns. */
    public static Matrix of(long address, int width) {
      return new Matrix(address, (long) width * Float.BYTES, false);
    }

    public Matrix transpose() {
      return new Matrix(address, strideBytes, !inColumnOrder);
    }

    @Override
    public void pack(Workspace scratch, int k, int column, int columns, int steps) {
      if (inColumnOrder) {
        RightPanels.packColumns(scratch, at(k, column), strideBytes, columns, steps);
      } else {
        RightPanels.packRows(scratch, at(k, column), strideBytes, columns, steps);
      }
    }

    long at(int row, int column) {
      return inColumnOrder
          ? address + column * strideBytes + (long) row * Float.BYTES
          : address + row * strideBytes + (long) column * Float.BYTES;
    }
  }

  private static final long LINE_BYTES = 64;

  /** Numbers the runs of all products. */
  private static final AtomicLong RUNS = new AtomicLong();

  /** What becomes of the products. */
  public enum Mode {
    /** out = left x right. */
    SET,
    /** out = left x right + vector (columns). */
    SET_PLUS_BIAS,
    /** out += left x right. */
    ADD,
    /** out += left x right; vector (rows) += sums over the depth of left, which is in column order. */
    ADD_WITH_LEFT_SUMS,
    /** As {@link #ADD_WITH_LEFT_SUMS}, but out = left x right. */
    SET_WITH_LEFT_SUMS;

    /** What becomes of the products from step {@code k} on. */
    private Output output(int k) {
      if (k > 0 || this == ADD || this == ADD_WITH_LEFT_SUMS) {
        return Output.ADD;
      }
      return this == SET_PLUS_BIAS ? Output.SET_PLUS_BIAS : Output.SET;
    }

    private boolean sumsLeft() {
      return this == ADD_WITH_LEFT_SUMS || this == SET_WITH_LEFT_SUMS;
    }
  }

  /** Runs the product on the threads of the pool. */
  public void run(WorkerPool pool) {
    int depthBlock = depthBlock();
    OutputBlocks blocks = OutputBlocks.of(rows, columns, depth, depthBlock, pool.threads());
    long run = RUNS.incrementAndGet();
    pool.run(blocks.count(), (block, scratch) -> multiplyBlock(run, blocks, block, depthBlock, scratch));
  }

  /** Even cuts of the depth, in whole vectors of the widest kind; it depends on nothing else. */
  private int depthBlock() {
    int cuts = Math.ceilDiv(depth, RegisterTile.DEPTH);
    return Math.min(depth, Math.ceilDiv(Math.ceilDiv(depth, cuts), 16) * 16);
  }

  private void multiplyBlock(long run, OutputBlocks blocks, int block, int depthBlock, Workspace scratch) {
    int endRow = blocks.endRow(block, rows);
    int firstColumn = blocks.firstColumn(block);
    int blockColumns = blocks.endColumn(block, columns) - firstColumn;
    int groupRows = left.inColumnOrder ? LeftPanel.GROUP * RegisterTile.ROWS : RegisterTile.ROWS;
    for (int k = 0; k < depth; k += depthBlock) {
      int steps = Math.min(depthBlock, depth - k);
      if (!scratch.holdsRight(run, firstColumn, k)) {
        right.pack(scratch, k, firstColumn, blockColumns, steps);
      }
      for (int row = blocks.firstRow(block); row < endRow; row += groupRows) {
        boolean lastRows = row + groupRows >= endRow;
        int nextRow = lastRows ? blocks.firstRow(block) : row + groupRows;
        int nextStep = lastRows ? k + depthBlock : k;
        // After the very last rows, what was just multiplied is named once more, which is near.
        long next = nextStep < depth ? left.at(nextRow, nextStep) : left.at(row, k);
        int group = Math.min(groupRows, endRow - row);
        multiplyGroup(scratch, row, k, firstColumn, group, blockColumns, steps, next);
        if (k + steps == depth) {
          epilogue.finish(row, row + group, firstColumn, firstColumn + blockColumns, scratch);
        }
      }
    }
  }

  /**
   * Rows that are packed together with all right panels of the block.
   *
   * @param next address of the values that are packed next
   */
  private void multiplyGroup(
      Workspace scratch, int firstRow, int k, int firstColumn, int groupRows, int blockColumns, int steps, long next) {
    packLeft(scratch, firstRow, k, groupRows, steps);
    for (int r = 0; r < groupRows; r += RegisterTile.ROWS) {
      int row = firstRow + r;
      int tileRows = Math.min(RegisterTile.ROWS, groupRows - r);
      int panel = Workspace.ALIGNED + r / RegisterTile.ROWS * LeftPanel.columnsStride(steps);
      if (mode.sumsLeft() && firstColumn == 0) {
        addLeftSums(scratch, panel, row, tileRows, steps);
      }
      fetch(scratch, next + (long) r / RegisterTile.ROWS * LINE_BYTES, blockColumns / RegisterTile.COLUMNS, steps);
      multiplyPanels(scratch, panel, row, k, firstColumn, tileRows, blockColumns, steps);
    }
  }

  private void packLeft(Workspace scratch, int row, int k, int groupRows, int steps) {
    if (left.inColumnOrder) {
      LeftPanel.packColumns(scratch, left.at(row, k), left.strideBytes, groupRows, steps, (long) (depth - k) * rows - row);
    } else {
      LeftPanel.packRows(scratch, left.at(row, k), left.strideBytes, groupRows, steps);
    }
  }

  /**
   * Has values of the left operand from {@code next} on fetched during the next {@link #multiplyPanels}: one row for each panel, or a
   * cache line of each step, for which a group's panels begin at different lines.
   */
  private void fetch(Workspace scratch, long next, int panels, int steps) {
    if (!Panels.areHere()) {
      return;
    }
    if (left.inColumnOrder) {
      Panels.fetch(scratch, next, left.strideBytes, Math.ceilDiv(steps, Math.max(1, panels)) * left.strideBytes);
    } else {
      Panels.fetch(scratch, next, PanelProgram.UNROLLED * Float.BYTES, left.strideBytes);
    }
  }

  /** One left panel with all right panels of the block. */
  private void multiplyPanels(Workspace scratch, int panel, int row, int k, int firstColumn, int tileRows, int blockColumns, int steps) {
    LeftPanel.Form form = LeftPanel.form(left.inColumnOrder);
    Output output = mode.output(k);
    int whole = 0;
    if (Panels.areHere() && tileRows == RegisterTile.ROWS && blockColumns >= RegisterTile.COLUMNS) {
      int panels = blockColumns / RegisterTile.COLUMNS;
      whole = panels * RegisterTile.COLUMNS;
      int start = RightPanels.start(0, steps);
      long to = out.at(row, firstColumn);
      Panels.multiply(scratch, panel, start, steps, panels, to, out.strideBytes, output, biasAt(output, firstColumn));
    }
    for (int c = whole; c < blockColumns; c += RegisterTile.COLUMNS) {
      int column = firstColumn + c;
      int tileColumns = Math.min(RegisterTile.COLUMNS, blockColumns - c);
      RegisterTile.multiply(scratch, form, panel, RightPanels.start(c / RegisterTile.COLUMNS, steps), steps);
      TileStore.store(output, scratch.tile, out.at(row, column), out.strideBytes, tileRows, tileColumns, biasAt(output, column));
    }
  }

  private long biasAt(Output output, int column) {
    return output == Output.SET_PLUS_BIAS ? vector + (long) column * Float.BYTES : 0;
  }

  private void addLeftSums(Workspace scratch, int panel, int row, int tileRows, int steps) {
    LeftPanel.sumColumns(scratch.left(), panel, steps, scratch.tile);
    for (int r = 0; r < tileRows; r++) {
      long at = vector + (long) (row + r) * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(at) + scratch.tile[Workspace.ALIGNED + r], at);
    }
  }
}
