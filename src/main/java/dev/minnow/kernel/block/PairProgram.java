package dev.minnow.kernel.block;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R12;
import static dev.minnow.kernel.code.Register.R13;
import static dev.minnow.kernel.code.Register.R14;
import static dev.minnow.kernel.code.Register.R15;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBP;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.block.TileProgram.Argument;
import dev.minnow.kernel.block.TileProgram.Output;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.memory.Blocks;

/**
 * The products of {@link TileProgram}, of the same forms and with the same arguments but for the scratch, on vectors: for processors that
 * multiply pairs of bfloat16 but have no tiles. Each float of a vector of outputs takes two products in one instruction, of a pair of depth
 * of one row of left, which all lanes share, and the pairs of 16 columns of right.
 *
 * <p>Eight rows of 32 outputs are summed in registers over the whole depth, and go to the output from there.
 */
public final class PairProgram {
  private static final int ROWS = 8;

  /** Groups of rows in a block. */
  public static final int GROUPS = Blocks.SIZE / ROWS;

  /** Bytes from a group of left's rows to the next. */
  public static final int GROUP_BYTES = ROWS * Blocks.ROW_BYTES;

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;
  private static final int TILE_BYTES = Blocks.BYTES / 2;
  private static final int PAIRS = Blocks.SIZE / 2;
  private static final int PAIR_BYTES = 2 * Short.BYTES;

  /** Registers: sums are 0 to 15. */
  private static final int LOW_RIGHT = 16;

  private static final int HIGH_RIGHT = 17;
  private static final int LEFT = 18;
  private static final int LOW_BIAS = 30;
  private static final int HIGH_BIAS = 31;

  private final Assembler a;
  private final Output output;

  private PairProgram(Assembler assembler, Output output) {
    this.a = assembler;
    this.output = output;
  }

  /** Appends a function and returns its place. */
  public static int write(Assembler assembler, Output output) {
    return new PairProgram(assembler, output).function();
  }

  /** For each block column: RSI is right's, R13 the output's, RBP counts them. R15 is the bias of the column, or the stride of floats. */
  private int function() {
    int entry = a.position();
    a.pushSaved();
    a.load(RSI, Argument.RIGHT);
    a.load(R13, Argument.OUT);
    a.load(RBP, Argument.COLUMN_BLOCKS);
    a.load(R15, output.toBlocks() ? Argument.BIAS : Argument.OUT_STRIDE);
    int columns = a.position();
    blockColumn();
    a.jnz(columns);
    a.vzeroupper();
    a.popSaved();
    a.ret();
    return entry;
  }

  /** For each block: R12 is left's block row, RDX the output's block, RBX counts them. */
  private void blockColumn() {
    if (output == Output.BLOCKS_WITH_BIAS) {
      a.vmovups(LOW_BIAS, R15, 0);
      a.vmovups(HIGH_BIAS, R15, VECTOR_BYTES);
      a.addImmediate(R15, 2 * VECTOR_BYTES);
    }
    a.load(R12, Argument.LEFT);
    a.mov(RDX, R13);
    a.load(RBX, Argument.ROW_BLOCKS);
    int rows = a.position();
    block();
    a.jnz(rows);
    a.add(R13, Argument.OUT_COLUMN_STEP);
    a.add(RSI, Argument.RIGHT_STEP);
    a.dec(RBP);
  }

  /** For each group of rows: R14 is left's, RAX the output's, RCX counts them. */
  private void block() {
    a.mov(R14, R12);
    a.mov(RAX, RDX);
    a.movImmediate(RCX, GROUPS);
    int groups = a.position();
    group();
    a.addImmediate(R14, GROUP_BYTES);
    a.dec(RCX);
    a.jnz(groups);
    a.add(RDX, Argument.OUT_ROW_STEP);
    a.add(R12, Argument.LEFT_STEP);
    a.dec(RBX);
  }

  private void group() {
    clear(a);
    a.mov(R8, R14);
    a.mov(R9, RSI);
    a.load(R10, Argument.DEPTH_BLOCKS);
    int steps = a.position();
    multiplyGroup(a);
    a.addImmediate(R8, Blocks.BYTES);
    a.addImmediate(R9, Blocks.BYTES);
    a.dec(R10);
    a.jnz(steps);
    for (int row = 0; row < ROWS; row++) {
      store(row);
    }
  }

  /** Clears the sums of a group. */
  public static void clear(Assembler a) {
    for (int sum = 0; sum < 2 * ROWS; sum++) {
      a.vpxord(sum);
    }
  }

  /** Multiplies eight rows of a block of left, at R8, by a block of right, at R9. */
  public static void multiplyGroup(Assembler a) {
    for (int pair = 0; pair < PAIRS; pair++) {
      a.vmovups(LOW_RIGHT, R9, pair * VECTOR_BYTES);
      a.vmovups(HIGH_RIGHT, R9, TILE_BYTES + pair * VECTOR_BYTES);
      for (int row = 0; row < ROWS; row++) {
        a.vbroadcastss(LEFT + row, R8, row * Blocks.ROW_BYTES + pair * PAIR_BYTES);
        a.vdpbf16ps(2 * row, LEFT + row, LOW_RIGHT);
        a.vdpbf16ps(2 * row + 1, LEFT + row, HIGH_RIGHT);
      }
    }
  }

  private void store(int row) {
    int low = 2 * row;
    int high = low + 1;
    switch (output) {
      case BLOCKS, BLOCKS_WITH_BIAS -> {
        if (output == Output.BLOCKS_WITH_BIAS) {
          a.vaddps(low, low, LOW_BIAS);
          a.vaddps(high, high, HIGH_BIAS);
        }
        a.vcvtne2ps2bf16(low, high, low);
        a.vmovupsStore(RAX, 0, low);
        a.addImmediate(RAX, Blocks.ROW_BYTES);
      }
      case SET, ADD -> {
        if (output == Output.ADD) {
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
