package dev.minnow.memory;

import java.util.Arrays;

/**
 * Where the elements of a {@link ElementType#BF16_BLOCKS} matrix (R, C) lie: in blocks of 32 rows x 32 columns, block rows one after the
 * other, each block row by row. A row of a block is one cache line; 32 rows of the matrix are contiguous.
 */
public final class Blocks {
  /** Rows and columns of a block. */
  public static final int SIZE = 32;

  /** Bytes of one row of a block. */
  public static final int ROW_BYTES = SIZE * Short.BYTES;

  /** Bytes of one block. */
  public static final int BYTES = SIZE * ROW_BYTES;

  private Blocks() {}

  /** Blocks that cover so many rows or columns. */
  public static long count(long elements) {
    return Math.ceilDiv(elements, SIZE);
  }

  /** Rows or columns of the blocks that cover so many. */
  public static long padded(long elements) {
    return count(elements) * SIZE;
  }

  /** Bytes of a matrix. */
  static long bytes(long... shape) {
    if (shape.length != 2) {
      throw new IllegalArgumentException("Only a matrix lies in blocks, not a tensor of shape " + Arrays.toString(shape) + ".");
    }
    return Tensor.elementCount(padded(shape[0]), padded(shape[1])) * Short.BYTES;
  }

  /** Bytes from the first element to element (row, column) of a matrix of {@code columns} columns. */
  public static long offsetBytes(long row, long column, long columns) {
    long block = row / SIZE * count(columns) + column / SIZE;
    return block * BYTES + row % SIZE * ROW_BYTES + column % SIZE * Short.BYTES;
  }
}
