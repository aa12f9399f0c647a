package dev.minnow.kernel.pool;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/**
 * Rows cut into slices for {@link WorkerPool#run}: by their shape only, so that results are the same with any number of threads.
 *
 * @param rows N
 * @param rowsPerSlice the last slice may have fewer
 */
public record RowSlices(int rows, int rowsPerSlice) {
  /** Elements of one slice: a few microseconds of work, far above what handing out a slice costs, and within the L2 cache. */
  static final int SLICE_ELEMENTS = 16 * 1024;

  /** Slices of about {@link #SLICE_ELEMENTS} each of {@code n} rows of {@code width} elements. */
  public static RowSlices of(int n, int width) {
    return new RowSlices(n, Math.max(1, SLICE_ELEMENTS / width));
  }

  /** Slices of a matrix; of one in blocks, whole rows of blocks, so that no two slices write to one block. */
  public static RowSlices of(Tensor matrix) {
    RowSlices slices = of((int) matrix.dimension(0), (int) matrix.dimension(1));
    boolean inBlocks = matrix.type() == ElementType.BF16_BLOCKS;
    return inBlocks ? new RowSlices(slices.rows, (int) Blocks.padded(slices.rowsPerSlice)) : slices;
  }

  public int count() {
    return Math.ceilDiv(rows, rowsPerSlice);
  }

  public int first(int slice) {
    return slice * rowsPerSlice;
  }

  public int end(int slice) {
    return (int) Math.min(rows, (slice + 1L) * rowsPerSlice);
  }
}
