package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/**
 * A matrix, or a part of it, cut into pieces that are contiguous in memory, for operations that take every element alike. Matrices of one
 * type and shape have the same pieces. Of blocks, pieces include the elements that complete them.
 *
 * @param type of the elements
 * @param rows of the matrix
 * @param columns of the matrix
 */
record Pieces(ElementType type, int rows, int columns) {
  /** Takes one piece: bytes from the first element of the matrix, and elements, at most {@link Workspace#REGION_FLOATS}. */
  interface Body {
    void run(long offsetBytes, int count, Workspace workspace);
  }

  static Pieces of(Tensor matrix) {
    return new Pieces(matrix.type(), (int) matrix.dimension(0), (int) matrix.dimension(1));
  }

  /** All pieces, on the threads of a pool. */
  void run(WorkerPool pool, Body body) {
    RowSlices slices = RowSlices.of(type, rows, columns);
    pool.run(
        slices.count(), (slice, workspace) -> run(slices.first(slice), slices.end(slice), 0, columns, workspace, body));
  }

  /** The pieces of some rows and columns; where the matrix is in blocks, both begin a block. */
  void run(int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace, Body body) {
    if (type == ElementType.BF16_BLOCKS) {
      for (int row = firstRow; row < endRow; row += Blocks.SIZE) {
        for (int column = firstColumn; column < endColumn; column += Blocks.SIZE) {
          body.run(Blocks.offsetBytes(row, column, columns), Blocks.SIZE * Blocks.SIZE, workspace);
        }
      }
    } else {
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          body.run(((long) row * columns + column) * Float.BYTES, count, workspace);
        }
      }
    }
  }

  /** The {@code count} elements of a piece from an address on to scratch. */
  void load(long address, int count, float[] to, int at) {
    if (type == ElementType.BF16_BLOCKS) {
      BlockRows.widen(address, count, to, at);
    } else {
      FloatRows.load(address, count, to, at);
    }
  }

  /** The elements of a piece from scratch to an address and on. */
  void store(long address, int count, float[] from, int at) {
    if (type == ElementType.BF16_BLOCKS) {
      BlockRows.narrow(address, count, from, at);
    } else {
      FloatRows.store(address, count, from, at);
    }
  }
}
