package dev.minnow.kernel.row;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/** Moves parts of a matrix's rows between memory, where they lie as its element type says, and scratch, where they are floats. */
public interface Rows {
  /** {@code count} elements from (row, column) on to scratch. */
  void load(int row, int column, int count, float[] to, int at);

  /** {@code count} elements from scratch to (row, column) and on. */
  void store(int row, int column, int count, float[] from, int at);

  /** The rows of a matrix to read. */
  static Rows of(Tensor matrix) {
    int columns = (int) matrix.dimension(1);
    return matrix.type() == ElementType.BF16_BLOCKS ? new BlockRows(matrix.address(), columns)
        : FloatRows.of(matrix);
  }

  /** The rows of a matrix to write: all of them, whereupon blocks that they do not fill are complete. */
  static Rows toWrite(Tensor matrix) {
    if (matrix.type() == ElementType.BF16_BLOCKS) {
      int columns = (int) matrix.dimension(1);
      BlockRows.clearPadding(matrix.address(), (int) matrix.dimension(0), columns, 0, (int) Blocks.count(columns));
    }
    return of(matrix);
  }
}
