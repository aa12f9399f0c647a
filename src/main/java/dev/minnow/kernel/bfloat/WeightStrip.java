package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * Up to 32 rows of a weight (K, C), floats, on their way to bfloat16 blocks: as part of the right operand (C, K) of a forward pass, where
 * they are one block column, and of the right operand (K, C) of a backward pass, where they are one block of each column; or as part of a
 * left operand.
 *
 * @param source address of the first row
 * @param rows from 1 to 32
 * @param columns C
 */
record WeightStrip(long source, int rows, int columns) {
  private static final long BLOCK_ROW_BYTES = (long) Blocks.SIZE * Float.BYTES;

  /** Rows of a matrix of floats from 32 times {@code strip} on. Callers use it at once, so that it need not be an object. */
  static WeightStrip of(Tensor matrix, int strip) {
    long first = (long) strip * Blocks.SIZE;
    int columns = (int) matrix.dimension(1);
    int count = (int) Math.min(Blocks.SIZE, matrix.dimension(0) - first);
    return new WeightStrip(matrix.address() + first * columns * Float.BYTES, count, columns);
  }

  /**
   * Stores both forms.
   *
   * @param backward address of the first block
   * @param backwardStep bytes from a block to the next, 0 to give all of them the same place
   */
  void pack(long forward, long backward, long backwardStep, CodeScratch scratch) {
    int blocks = (int) Blocks.count(columns);
    int whole = rows == Blocks.SIZE ? columns / Blocks.SIZE : 0;
    long stride = (long) columns * Float.BYTES;
    scratch.put(BlockProgram.Argument.OTHER_TARGET_STEP, backwardStep);
    if (whole > 0) {
      pack(source, stride, forward, backward, whole, scratch);
    }
    for (int block = whole; block < blocks; block++) {
      copyPadded(source, rows, columns, block, scratch);
      pack(
          scratch.floatBlock(), BLOCK_ROW_BYTES, forward + (long) block * Blocks.BYTES, backward + block * backwardStep, 1, scratch);
    }
  }

  /** Stores the rows as one block row of a left operand (K, C). */
  void packLeft(long target, CodeScratch scratch) {
    int whole = rows == Blocks.SIZE ? columns / Blocks.SIZE : 0;
    if (whole > 0) {
      Bfloats.scaleRows(scratch.rowsTimes(target, source, (long) columns * Float.BYTES, rows, whole, 1));
    }
    for (int block = whole; block < Blocks.count(columns); block++) {
      copyPadded(source, rows, columns, block, scratch);
      long at = target + (long) block * Blocks.BYTES;
      Bfloats.scaleRows(scratch.rowsTimes(at, scratch.floatBlock(), BLOCK_ROW_BYTES, Blocks.SIZE, 1, 1));
    }
  }

  private static void pack(long source, long stride, long forward, long backward, int count, CodeScratch scratch) {
    scratch.put(BlockProgram.Argument.SOURCE_STRIDE, stride);
    scratch.put(BlockProgram.Argument.OTHER_TARGET, backward);
    Bfloats.packWeight(scratch.blocks(source, BLOCK_ROW_BYTES, forward, Blocks.BYTES, count));
  }

  /** The scratch's block of floats = a block, and zeros. Static, so that a strip need not be an object. */
  private static void copyPadded(long source, int rows, int columns, int block, CodeScratch scratch) {
    int first = block * Blocks.SIZE;
    for (int row = 0; row < Blocks.SIZE; row++) {
      for (int column = 0; column < Blocks.SIZE; column++) {
        boolean inside = row < rows && first + column < columns;
        float value = inside ? Lanes.loadFloat(source + ((long) row * columns + first + column) * Float.BYTES) : 0;
        Lanes.storeFloat(value, scratch.floatBlock() + (long) (row * Blocks.SIZE + column) * Float.BYTES);
      }
    }
  }
}
