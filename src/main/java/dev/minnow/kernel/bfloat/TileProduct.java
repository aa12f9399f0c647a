package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.TaskGrid;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.memory.Blocks;

/**
 * out (rows, columns) = or += left (rows, depth) x right (depth, columns) on the matrix unit, blocked for caches and cut over threads.
 *
 * <p>A thread takes block rows of left that stay in its L2 cache, and runs right's block columns past them, each of which then serves
 * all these rows. A long depth is cut, by its size only, and floats are added up in the output, which stays in the cache too: what an
 * output is summed from does not depend on the number of threads.
 *
 * <p>Left and right are addresses, of left and right form ({@link BlockProgram}), and come with each run: one product serves many of them.
 *
 * @param out where the products go
 * @param rows of left and out
 * @param columns of right and out
 * @param depth columns of left, rows of right
 * @param epilogue what is done with finished parts of the output
 */
record TileProduct(TileOutput out, int rows, int columns, int depth, Epilogue epilogue) {
  /** Bytes of left, and of an output that is added to, that one task keeps in an L2 cache of 1 or 2 MiB. */
  private static final int TASK_BYTES = 1 << 19;

  /** Bytes of right, at most, that a task runs past few rows of left: so its outputs are whole rows, or longer parts of them. */
  private static final int RIGHT_BYTES = 1 << 20;

  /** Column blocks of a task that adds to its output, at most, where left is the larger operand: it is read as seldom as may be. */
  private static final int WIDE_COLUMNS = 24;

  /** The same where right is the larger operand: tasks are tall, so that each block column of right serves many rows. */
  private static final int TALL_COLUMNS = 8;

  /** Blocks of depth that are multiplied before sums go back to memory, where they are floats: so much of right stays in the L1 cache. */
  private static final int DEPTH_BLOCKS = 16;

  /** Tasks per thread, at most, where caches do not ask for more and left is the larger operand. */
  private static final int TASKS_PER_THREAD = 8;

  /** The same where right is the larger operand. */
  private static final int TALL_TASKS_PER_THREAD = 4;

  private int rowBlocks() {
    return (int) Blocks.count(rows);
  }

  private int columnBlocks() {
    return (int) Blocks.count(columns);
  }

  private int depthBlocks() {
    return (int) Blocks.count(depth);
  }

  /** Even cuts of the depth; blocks of bfloat16 cannot be added to, so that all depth goes into them at once. */
  private int depthCuts() {
    return out.addsUp() ? Math.ceilDiv(depthBlocks(), DEPTH_BLOCKS) : 1;
  }

  private int depthBlocksAtOnce() {
    return Math.ceilDiv(depthBlocks(), depthCuts());
  }

  /** Runs the product on the threads of the pool. */
  void run(WorkerPool pool, long left, long right) {
    boolean adding = depthCuts() > 1;
    boolean tall = columnBlocks() > rowBlocks();
    int columnTasks = adding ? Math.ceilDiv(columnBlocks(), tall ? TALL_COLUMNS : WIDE_COLUMNS) : 1;
    long rowBytes = (long) depthBlocksAtOnce() * Blocks.BYTES;
    if (adding) {
      rowBytes += Math.ceilDiv(columnBlocks(), columnTasks) * CodeScratch.FLOAT_BLOCK_BYTES;
    }
    int rowTasks = Math.ceilDiv(rowBlocks(), Math.clamp(TASK_BYTES / rowBytes, 1, rowBlocks()));
    long work = (long) rowBlocks() * columnBlocks() * depthBlocks();
    long wanted =
        pool.threads() == 1 ? 1
            : Math.min((tall ? TALL_TASKS_PER_THREAD : TASKS_PER_THREAD) * (long) pool.threads(), work / pool.unit().leastBlocks);
    if (columnBlocks() * (long) depthBlocks() * Blocks.BYTES <= RIGHT_BYTES) {
      rowTasks = Math.clamp(wanted, rowTasks, rowBlocks());
    }
    columnTasks = Math.clamp(Math.ceilDiv(wanted, rowTasks), columnTasks, columnBlocks());
    if ((long) rowTasks * columnTasks < wanted) {
      rowTasks = Math.clamp(Math.ceilDiv(wanted, columnTasks), 1, rowBlocks());
    }
    new TaskGrid(rowBlocks(), rowTasks, columnBlocks(), columnTasks)
        .run(
            pool,
            (firstRow, endRow, firstColumn, endColumn, workspace) -> run(left, right, firstRow, endRow, firstColumn, endColumn, workspace));
  }

  /**
   * Some blocks of the output: whole blocks directly, those that the output only begins by way of a scratch.
   *
   * @param left address of block row 0; only the block rows of these blocks are read
   * @param right address of block column 0; only the block columns of these blocks are read
   */
  void run(long left, long right, int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace) {
    CodeScratch scratch = workspace.code();
    int wholeRows = out.takesPadding() ? endRow : Math.min(endRow, rows / Blocks.SIZE);
    int wholeColumns = out.takesPadding() ? endColumn : Math.min(endColumn, columns / Blocks.SIZE);
    for (int from = 0; from < depthBlocks(); from += depthBlocksAtOnce()) {
      multiply(scratch, left, right, from, firstRow, wholeRows, firstColumn, wholeColumns);
      if (wholeColumns < endColumn) {
        multiplyEdges(scratch, left, right, from, firstRow, endRow, wholeColumns, endColumn);
      }
      if (wholeRows < endRow) {
        multiplyEdges(scratch, left, right, from, wholeRows, endRow, firstColumn, wholeColumns);
      }
    }
    if (endRow * Blocks.SIZE > rows) {
      out.clearPadding(firstColumn, endColumn);
    }
    epilogue.finish(
        firstRow * Blocks.SIZE,
        Math.min(rows, endRow * Blocks.SIZE),
        firstColumn * Blocks.SIZE,
        Math.min(columns, endColumn * Blocks.SIZE),
        workspace);
  }

  private void multiply(
      CodeScratch scratch, long left, long right, int from, int firstRow, int endRow, int firstColumn, int endColumn) {
    if (firstRow < endRow && firstColumn < endColumn) {
      putOperands(scratch, left, right, from, firstRow, endRow, firstColumn, endColumn);
      out.multiply(scratch, from == 0, firstRow, firstColumn);
    }
  }

  /** One block at a time, as floats in the scratch, and from there what lies inside the output. */
  private void multiplyEdges(
      CodeScratch scratch, long left, long right, int from, int firstRow, int endRow, int firstColumn, int endColumn) {
    for (int column = firstColumn; column < endColumn; column++) {
      for (int row = firstRow; row < endRow; row++) {
        putOperands(scratch, left, right, from, row, row + 1, column, column + 1);
        TileOutput.multiplyToScratch(scratch);
        int insideRows = Math.min(Blocks.SIZE, rows - row * Blocks.SIZE);
        int insideColumns = Math.min(Blocks.SIZE, columns - column * Blocks.SIZE);
        out.take(scratch, from == 0, row, column, insideRows, insideColumns);
      }
    }
  }

  /** @param from the first block of depth, of those that are multiplied at once */
  private void putOperands(
      CodeScratch scratch, long left, long right, int from, int firstRow, int endRow, int firstColumn, int endColumn) {
    long step = (long) depthBlocks() * Blocks.BYTES;
    long offset = (long) from * Blocks.BYTES;
    scratch
        .left(left + firstRow * step + offset, step, endRow - firstRow)
        .right(right + firstColumn * step + offset, step, endColumn - firstColumn)
        .depth(Math.min(depthBlocksAtOnce(), depthBlocks() - from));
  }
}
