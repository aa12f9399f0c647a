package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * dweight (K, C) += dout (N, K)ᵀ x in (N, C) on the matrix unit. The depth is N: in is brought into right form once for all threads, and
 * each task brings the columns of dout that it multiplies into left form.
 */
final class WeightGradient {
  /** Bytes of dout that one task keeps in the L2 cache. */
  private static final int LEFT_BYTES = 1 << 20;

  private static final int TASKS_PER_THREAD = 4;

  private final Tensor dweight;
  private final @Nullable Tensor dbias;
  private final Tensor dout;
  private final Tensor in;
  private final int n;
  private final int k;
  private final int c;
  private final int depthBlocks;

  WeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    this.dweight = dweight;
    this.dbias = dbias;
    this.dout = dout;
    this.in = in;
    this.n = (int) dout.dimension(0);
    this.k = (int) dout.dimension(1);
    this.c = (int) in.dimension(1);
    this.depthBlocks = (int) Blocks.count(n);
  }

  /** @param right address of memory for {@code in} in blocks */
  void run(WorkerPool pool, long right) {
    int rowBlocks = (int) Blocks.count(k);
    int columnBlocks = (int) Blocks.count(c);
    pool.run(depthBlocks, (block, workspace) -> packRight(right, block, columnBlocks, workspace.tiles()));
    int rowsAtOnce = Math.clamp(LEFT_BYTES / ((long) depthBlocks * Blocks.BYTES), 1, rowBlocks);
    int rowTasks = Math.ceilDiv(rowBlocks, rowsAtOnce);
    int columnTasks = pool.threads() == 1 ? 1 : Math.clamp(Math.ceilDiv(TASKS_PER_THREAD * pool.threads(), rowTasks), 1, columnBlocks);
    pool.run(
        Math.multiplyExact(rowTasks, columnTasks),
        (task, workspace) -> {
          int rowTask = task / columnTasks;
          int columnTask = task % columnTasks;
          run(
              right,
              rowBlocks * rowTask / rowTasks,
              rowBlocks * (rowTask + 1) / rowTasks,
              columnBlocks * columnTask / columnTasks,
              columnBlocks * (columnTask + 1) / columnTasks,
              workspace);
        });
  }

  private void packRight(long right, int block, int columnBlocks, TileScratch scratch) {
    long source = in.address() + (long) block * columnBlocks * Blocks.BYTES;
    long target = right + (long) block * Blocks.BYTES;
    Tiles.interleave(scratch.blocks(source, Blocks.BYTES, target, (long) depthBlocks * Blocks.BYTES, columnBlocks));
  }

  private void run(long right, int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace) {
    TileScratch scratch = workspace.tiles();
    long rowBytes = (long) depthBlocks * Blocks.BYTES;
    long left = scratch.large((endRow - firstRow) * rowBytes);
    for (int row = firstRow; row < endRow; row++) {
      packLeft(left + (row - firstRow) * rowBytes, row, firstColumn == 0, scratch);
    }
    TileOutput out = new TileOutput.Floats(dweight.address(), (long) c * Float.BYTES, true);
    new TileProduct(left - firstRow * rowBytes, right, out, k, c, n, Epilogue.NONE).run(firstRow, endRow, firstColumn, endColumn,
        workspace);
    scratch.checkGuards();
  }

  /** 32 columns of dout become 32 rows; their sums are the gradient of the bias. */
  private void packLeft(long left, int row, boolean takesSums, TileScratch scratch) {
    for (int i = 0; i < Blocks.SIZE; i++) {
      Lanes.storeFloat(0, scratch.sums() + (long) i * Float.BYTES);
    }
    scratch.put(BlockProgram.Argument.SUMS, scratch.sums());
    long source = dout.address() + (long) row * Blocks.BYTES;
    Tiles.transpose(scratch.blocks(source, Blocks.count(k) * Blocks.BYTES, left, Blocks.BYTES, depthBlocks));
    if (dbias != null && takesSums) {
      int first = row * Blocks.SIZE;
      for (int i = 0; i < Math.min(Blocks.SIZE, k - first); i++) {
        dbias.setFloat(first + i, dbias.getFloat(first + i) + Lanes.loadFloat(scratch.sums() + (long) i * Float.BYTES));
      }
    }
  }
}
