package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * dweight (K, C) = or += dout (N, K)ᵀ x in (N, C) on the matrix unit. The depth is N, and it is taken in chunks: in is brought into right form
 * once for all threads, a strip of it after the other; a task keeps its part of dweight in the L2 cache for all chunks, and brings the
 * columns of dout that it multiplies into left form.
 */
final class WeightGradient {
  /** Bytes of dweight and dout that one task keeps in the L2 cache, and more than it takes of its thread's scratch. */
  static final int TASK_BYTES = 1 << 20;

  /** Column blocks of dweight that one task takes, at most. */
  private static final int TASK_COLUMNS = 24;

  private static final int TASKS_PER_THREAD = 2;

  /** Blocks of depth in a chunk, at most: a strip of right, 32 KiB, stays in the L1 cache. */
  private static final int CHUNK_BLOCKS = 16;

  private final Tensor dweight;
  private final @Nullable Tensor dbias;
  private final Tensor dout;
  private final Tensor in;
  private final boolean adds;
  private final int k;
  private final int c;
  private final int rowBlocks;
  private final int columnBlocks;
  private final int depthBlocks;
  private final int chunks;

  WeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    this.dweight = dweight;
    this.dbias = dbias;
    this.dout = dout;
    this.in = in;
    this.adds = accumulation == Accumulation.ADD;
    this.k = (int) dout.dimension(1);
    this.c = (int) in.dimension(1);
    this.rowBlocks = (int) Blocks.count(k);
    this.columnBlocks = (int) Blocks.count(c);
    this.depthBlocks = (int) Blocks.count(dout.dimension(0));
    this.chunks = Math.ceilDiv(depthBlocks, CHUNK_BLOCKS);
  }

  /** Bytes of in (N, C) in right form, which all threads share. */
  static long rightBytes(long rows, long columns) {
    return ElementType.BF16_BLOCKS.bytes(rows, columns);
  }

  /** @param right address of {@link #rightBytes} bytes for {@code in} */
  void run(WorkerPool pool, long right) {
    pool.run(depthBlocks, (block, workspace) -> packRight(right, block, workspace.tiles()));
    int columnTasks = Math.ceilDiv(columnBlocks, TASK_COLUMNS);
    long rowBytes = Math.ceilDiv(columnBlocks, columnTasks) * TileScratch.FLOAT_BLOCK_BYTES + (long) CHUNK_BLOCKS * Blocks.BYTES;
    int rowTasks = Math.ceilDiv(rowBlocks, Math.clamp(TASK_BYTES / rowBytes, 1, rowBlocks));
    if (pool.threads() > 1) {
      rowTasks = Math.clamp(Math.ceilDiv(TASKS_PER_THREAD * pool.threads(), columnTasks), rowTasks, Math.max(rowTasks, rowBlocks));
    }
    int cutRows = rowTasks;
    TileProduct[] products = products(right);
    pool.run(
        Math.multiplyExact(rowTasks, columnTasks),
        (task, workspace) -> {
          int rowTask = task / columnTasks;
          int columnTask = task % columnTasks;
          run(
              products,
              TileProduct.cut(rowBlocks, rowTask, cutRows),
              TileProduct.cut(rowBlocks, rowTask + 1, cutRows),
              TileProduct.cut(columnBlocks, columnTask, columnTasks),
              TileProduct.cut(columnBlocks, columnTask + 1, columnTasks),
              workspace);
        });
  }

  /** Those of all chunks, which add up in dweight. */
  private TileProduct[] products(long right) {
    TileOutput first = new TileOutput.Floats(dweight.address(), (long) c * Float.BYTES, adds);
    TileOutput next = new TileOutput.Floats(dweight.address(), (long) c * Float.BYTES, true);
    TileProduct[] products = new TileProduct[chunks];
    for (int chunk = 0; chunk < chunks; chunk++) {
      TileOutput out = chunk == 0 ? first : next;
      products[chunk] = new TileProduct(chunkOf(right, chunk), out, k, c, length(chunk) * Blocks.SIZE, Epilogue.NONE);
    }
    return products;
  }

  /** The first block of depth of a chunk. */
  private int start(int chunk) {
    return TileProduct.cut(depthBlocks, chunk, chunks);
  }

  /** Blocks of depth of a chunk. */
  private int length(int chunk) {
    return start(chunk + 1) - start(chunk);
  }

  /** Address of a chunk of right: its block columns, one after the other. */
  private long chunkOf(long right, int chunk) {
    return right + (long) start(chunk) * columnBlocks * Blocks.BYTES;
  }

  private void packRight(long right, int block, TileScratch scratch) {
    int chunk = (int) (((long) block * chunks + chunks - 1) / depthBlocks);
    int length = length(chunk);
    long source = in.address() + (long) block * columnBlocks * Blocks.BYTES;
    long target = chunkOf(right, chunk) + (long) (block - start(chunk)) * Blocks.BYTES;
    Tiles.interleave(scratch.blocks(source, Blocks.BYTES, target, (long) length * Blocks.BYTES, columnBlocks));
  }

  private void run(TileProduct[] products, int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace) {
    TileScratch scratch = workspace.tiles();
    int rows = endRow - firstRow;
    long sumsBytes = (long) rows * Blocks.SIZE * Float.BYTES;
    long sums = scratch.large(sumsBytes + (long) rows * CHUNK_BLOCKS * Blocks.BYTES);
    long left = sums + sumsBytes;
    for (int i = 0; i < rows * Blocks.SIZE; i++) {
      Lanes.storeFloat(0, sums + (long) i * Float.BYTES);
    }
    for (int chunk = 0; chunk < chunks; chunk++) {
      int length = length(chunk);
      long rowBytes = (long) length * Blocks.BYTES;
      scratch.put(BlockProgram.Argument.SUMS_STEP, (long) Blocks.SIZE * Float.BYTES);
      for (int block = 0; block < length; block++) {
        long source = dout.address() + ((long) (start(chunk) + block) * rowBlocks + firstRow) * Blocks.BYTES;
        scratch.put(BlockProgram.Argument.SUMS, sums);
        Tiles.transpose(scratch.blocks(source, Blocks.BYTES, left + (long) block * Blocks.BYTES, rowBytes, rows));
      }
      products[chunk].run(left - firstRow * rowBytes, firstRow, endRow, firstColumn, endColumn, workspace);
    }
    if (firstColumn == 0) {
      putBias(sums, firstRow, endRow);
    }
    scratch.checkGuards();
  }

  /** The sums of dout's columns are the gradient of the bias. */
  private void putBias(long sums, int firstRow, int endRow) {
    if (dbias != null) {
      int first = firstRow * Blocks.SIZE;
      for (int i = first; i < Math.min(k, endRow * Blocks.SIZE); i++) {
        float before = adds ? dbias.getFloat(i) : 0;
        dbias.setFloat(i, before + Lanes.loadFloat(sums + (long) (i - first) * Float.BYTES));
      }
    }
  }
}
