package dev.minnow.kernel.block;

import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R15;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.Register;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.memory.Blocks;

/**
 * A block of sums that waits in a scratch to go to the output: part of the code of {@link TileProgram}. It is finished in parts, each of
 * which belongs into a step of depth of the next block, when the vectors have nothing else to do and memory has time. Products of 1024 x
 * 768 x 3072 take two thirds of the time so where they become bfloat16.
 *
 * <p>R11 is the scratch's address, RCX 64, RAX where the block goes; R15 the address of the bias of the block column, or the stride of
 * floats.
 */
final class WaitingBlock {
  /** Steps of depth during which a block is finished. */
  static final int PARTS = 8;

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;
  private static final int TILE_ROWS = 16;
  private static final int TILE_BYTES = TILE_ROWS * VECTOR_BYTES;
  private static final int ROWS_OF_PART = Blocks.SIZE / PARTS;

  /** Registers with the bias of the columns of both halves. */
  private static final int LOW_BIAS = 30;

  private static final int HIGH_BIAS = 31;

  private final Assembler a;
  private final TileProgram.Output output;

  WaitingBlock(Assembler assembler, TileProgram.Output output) {
    this.a = assembler;
    this.output = output;
  }

  void begin() {
    if (output == TileProgram.Output.BLOCKS) {
      a.vpxord(LOW_BIAS);
      a.vpxord(HIGH_BIAS);
    }
  }

  void endColumn() {
    if (output == TileProgram.Output.BLOCKS_WITH_BIAS) {
      a.addImmediate(R15, 2 * VECTOR_BYTES);
    }
  }

  /** Stores the tiles of sums, 0 to 3, one after the other, and keeps the bias of their columns and the place that {@code to} holds. */
  void keep(Register to) {
    if (output == TileProgram.Output.BLOCKS_WITH_BIAS) {
      a.vmovups(LOW_BIAS, R15, 0);
      a.vmovups(HIGH_BIAS, R15, VECTOR_BYTES);
    }
    for (int tile = 0; tile < 4; tile++) {
      a.tilestored(R11, RCX, tile * TILE_BYTES, tile);
    }
    a.mov(RAX, to);
  }

  /** Some rows go to the output; registers 0 to 7 are lost, and where rows are floats RAX goes on to the next. */
  void finish(int part) {
    for (int i = 0; i < ROWS_OF_PART; i++) {
      int row = part * ROWS_OF_PART + i;
      int from = row / TILE_ROWS * 2 * TILE_BYTES + row % TILE_ROWS * VECTOR_BYTES;
      int low = 2 * i;
      int high = low + 1;
      a.vmovups(low, R11, from);
      a.vmovups(high, R11, from + TILE_BYTES);
      switch (output) {
        case BLOCKS, BLOCKS_WITH_BIAS -> {
          a.vaddps(low, low, LOW_BIAS);
          a.vaddps(high, high, HIGH_BIAS);
          a.vcvtne2ps2bf16(low, high, low);
          a.vmovupsStore(RAX, row * Blocks.ROW_BYTES, low);
        }
        case SET, ADD -> {
          if (output == TileProgram.Output.ADD) {
            a.vaddps(low, low, RAX, 0);
            a.vaddps(high, high, RAX, VECTOR_BYTES);
          }
          a.vmovupsStore(RAX, 0, low);
          a.vmovupsStore(RAX, VECTOR_BYTES, high);
          a.add(RAX, R15);
        }
      }
    }
  }
}
