package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.block.TileProgram;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.row.BlockRows;
import dev.minnow.memory.Blocks;

/** Where the outputs of a {@link TileProduct} go. */
sealed interface TileOutput {
  /** Whether a product may be added to what is there. */
  boolean addsUp();

  /** Whether there is room for whole blocks everywhere. */
  boolean takesPadding();

  /** Multiplies what the scratch's arguments describe to the blocks from a block row and a block column on. */
  void multiply(CodeScratch scratch, boolean first, int rowBlock, int columnBlock);

  /** Clears what completes the last block row, from a block column to another. */
  default void clearPadding(int firstColumnBlock, int endColumnBlock) {}

  /** Takes the upper left part of the scratch's block of floats. */
  void take(CodeScratch scratch, boolean first, int rowBlock, int columnBlock, int insideRows, int insideColumns);

  /** Multiplies one block to the scratch's block of floats. */
  static void multiplyToScratch(CodeScratch scratch) {
    Bfloats.set(scratch.floats(scratch.floatBlock(), (long) Blocks.SIZE * Float.BYTES));
  }

  /**
   * Rows of floats.
   *
   * @param address of the first
   * @param strideBytes from a row to the next
   * @param adds whether products are added to what was there before
   */
  record Floats(long address, long strideBytes, boolean adds) implements TileOutput {
    @Override
    public boolean addsUp() {
      return true;
    }

    @Override
    public boolean takesPadding() {
      return false;
    }

    private long at(int rowBlock, int columnBlock) {
      return address + (long) rowBlock * Blocks.SIZE * strideBytes + (long) columnBlock * Blocks.SIZE * Float.BYTES;
    }

    @Override
    public void multiply(CodeScratch scratch, boolean first, int rowBlock, int columnBlock) {
      scratch.floats(at(rowBlock, columnBlock), strideBytes);
      if (first && !adds) {
        Bfloats.set(scratch);
      } else {
        Bfloats.add(scratch);
      }
    }

    @Override
    public void take(CodeScratch scratch, boolean first, int rowBlock, int columnBlock, int insideRows, int insideColumns) {
      long to = at(rowBlock, columnBlock);
      for (int row = 0; row < insideRows; row++) {
        long from = scratch.floatBlock() + (long) row * Blocks.SIZE * Float.BYTES;
        for (int column = 0; column < insideColumns; column++) {
          long cell = to + row * strideBytes + (long) column * Float.BYTES;
          float product = Lanes.loadFloat(from + (long) column * Float.BYTES);
          Lanes.storeFloat(first && !adds ? product : Lanes.loadFloat(cell) + product, cell);
        }
      }
    }
  }

  /**
   * A matrix in blocks of bfloat16, with room for whole blocks.
   *
   * @param address of the first block
   * @param rows of the matrix
   * @param columns of the matrix
   * @param bias address of a float for each column of all blocks, or 0 for none
   */
  record InBlocks(long address, int rows, int columns, long bias) implements TileOutput {
    @Override
    public boolean addsUp() {
      return false;
    }

    @Override
    public boolean takesPadding() {
      return true;
    }

    @Override
    public void multiply(CodeScratch scratch, boolean first, int rowBlock, int columnBlock) {
      long rowStep = Blocks.count(columns) * Blocks.BYTES;
      scratch.outBlocks(address + rowBlock * rowStep + (long) columnBlock * Blocks.BYTES, rowStep);
      if (bias == 0) {
        Bfloats.blocks(scratch);
      } else {
        scratch.put(TileProgram.Argument.BIAS, bias + (long) columnBlock * Blocks.SIZE * Float.BYTES);
        Bfloats.blocksWithBias(scratch);
      }
    }

    @Override
    public void clearPadding(int firstColumnBlock, int endColumnBlock) {
      BlockRows.clearPadding(address, rows, columns, firstColumnBlock, endColumnBlock);
    }

    @Override
    public void take(CodeScratch scratch, boolean first, int rowBlock, int columnBlock, int insideRows, int insideColumns) {
      throw new IllegalStateException("Blocks take whole blocks.");
    }
  }
}
