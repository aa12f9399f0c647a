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
    return of(matrix.type(), (int) matrix.dimension(0), (int) matrix.dimension(1));
  }

  /** Slices of a matrix of this type. */
  public static RowSlices of(ElementType type, int n, int width) {
    RowSlices slices = of(n, width);
    return type == ElementType.BF16_BLOCKS ? new RowSlices(n, (int) Blocks.padded(slices.rowsPerSlice)) : slices;
  }

  public int count() {
    return Math.ceilDiv(rows, rowsPerSlice);
  }

  public int first(int slice) {
    return slice * rowsPerSlice;
  }

  public int end(int slice) {
    return Math.min(rows, (slice + 1) * rowsPerSlice);
  }
}
