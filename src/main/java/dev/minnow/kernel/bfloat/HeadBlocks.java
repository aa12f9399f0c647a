package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.BlockRows;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * Where the rows of one head of one sequence, (T, D), begin blocks of their own: in the matrix that they are part of, where sequences and
 * heads are whole blocks, else in a copy. Reused from head to head.
 */
final class HeadBlocks {
  private long address;
  private long rowStep;

  /** Whether every head of every sequence begins a block. */
  static boolean areAligned(AttentionShape shape) {
    return shape.context() % Blocks.SIZE == 0 && shape.headWidth() % Blocks.SIZE == 0;
  }

  /** Points to a head of a matrix that is read; arguments are those of {@link #pointToWrite}. */
  void point(Tensor matrix, AttentionShape shape, int sequence, int column, long copy, float[] regions) {
    pointToWrite(matrix, shape, sequence, column, copy);
    if (!areAligned(shape)) {
      BlockRows.clearPadding(copy, shape.context(), shape.headWidth(), 0, (int) Blocks.count(shape.headWidth()));
      copy(Rows.of(matrix), sequence * shape.context(), column, new BlockRows(copy, shape.headWidth()), 0, 0, shape, regions);
    }
  }

  /**
   * Points to a head of a matrix that is written; {@link #copyBack} ends it.
   *
   * @param column the head's first
   * @param copy address of memory for a copy, unused where heads are aligned
   */
  void pointToWrite(Tensor matrix, AttentionShape shape, int sequence, int column, long copy) {
    if (areAligned(shape)) {
      int row = sequence * shape.context();
      long columns = matrix.dimension(1);
      address = matrix.address() + Blocks.offsetBytes(row, column, columns);
      rowStep = Blocks.count(columns) * Blocks.BYTES;
    } else {
      address = copy;
      rowStep = Blocks.count(shape.headWidth()) * Blocks.BYTES;
    }
  }

  /** Brings what was written to a copy into the matrix; arguments are those of {@link #pointToWrite}. */
  void copyBack(Rows matrix, AttentionShape shape, int sequence, int column, float[] regions) {
    if (areAligned(shape)) {
      return;
    }
    int row = sequence * shape.context();
    copy(new BlockRows(address, shape.headWidth()), 0, 0, matrix, row, column, shape, regions);
  }

  /** Copies the rows of a head between places that begin at these rows and columns. */
  private static void copy(
      Rows from, int fromRow, int fromColumn, Rows to, int toRow, int toColumn, AttentionShape shape, float[] regions) {
    int width = shape.headWidth();
    for (int i = 0; i < shape.context(); i++) {
      for (int c = 0; c < width; c += Workspace.REGION_FLOATS) {
        int count = Math.min(Workspace.REGION_FLOATS, width - c);
        from.load(fromRow + i, fromColumn + c, count, regions, Workspace.ALIGNED);
        to.store(toRow + i, toColumn + c, count, regions, Workspace.ALIGNED);
      }
    }
  }

  /** Address of the first block of a block row. */
  long row(int rowBlock) {
    return address + rowBlock * rowStep;
  }

  /** Bytes from a block row to the next. */
  long rowStep() {
    return rowStep;
  }

  /** Writes the right form (D, T) of the transpose: {@code depthBlocks} blocks for each of {@code rowBlocks} block columns. */
  void transposeTo(long target, int rowBlocks, int depthBlocks, CodeScratch scratch) {
    for (int d = 0; d < depthBlocks; d++) {
      long offset = (long) d * Blocks.BYTES;
      Bfloats.transposePairs(scratch.blocks(address + offset, rowStep, target + offset, (long) depthBlocks * Blocks.BYTES, rowBlocks));
    }
  }

  /** Writes the right form of {@code rowBlocks} block rows from one on, column block by column block. */
  void interleaveTo(long target, int firstRowBlock, int rowBlocks, int columnBlocks, CodeScratch scratch) {
    for (int column = 0; column < columnBlocks; column++) {
      long offset = (long) column * Blocks.BYTES;
      Bfloats.interleave(scratch.blocks(row(firstRowBlock) + offset, rowStep, target + rowBlocks * offset, Blocks.BYTES, rowBlocks));
    }
  }
}
