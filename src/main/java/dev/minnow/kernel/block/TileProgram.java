package dev.minnow.kernel.block;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
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

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.memory.Blocks;

/**
 * The product of two matrices in blocks on the processor's matrix unit, as machine code. A function takes the address of its arguments
 * ({@link Argument}), eight bytes each, by the System V calling convention.
 *
 * <p>left (R, D) lies as {@link Blocks} do: one block row after the other, each block 32 rows x 32 of depth. right (D, K) lies column
 * block by column block, each over the whole depth; a block holds two tiles of 16 columns, each 16 pairs of depth x 16 columns x 2. One
 * block of outputs, 32 x 32, is summed in four tiles (0 to 3) from two tiles of each operand (4 and 5, 6 and 7): each tile that is loaded
 * is multiplied twice, the most that eight tiles allow. From L1 the loads hide behind the multiplies, four of each in 64 cycles; from L2,
 * at some 42 bytes a cycle, they take 98. So left is loaded as what will not be needed again soon, and right's block column stays in L1
 * for all of left's block rows: that is a sixth faster.
 *
 * <p>What was summed goes to the output while the matrix unit works on the next block ({@link WaitingBlock}).
 */
public final class TileProgram {
  /** What a function does with its products. */
  public enum Output {
    /** Floats = products. */
    SET,
    /** Floats += products. */
    ADD,
    /** Blocks of bfloat16 = products. */
    BLOCKS,
    /** Blocks of bfloat16 = products + a bias for each column. */
    BLOCKS_WITH_BIAS;

    boolean toBlocks() {
      return this == BLOCKS || this == BLOCKS_WITH_BIAS;
    }
  }

  /** The arguments, in their order. */
  public enum Argument implements CodeArgument {
    LEFT,
    RIGHT,
    OUT,
    /** Blocks of depth, at least 1. */
    DEPTH_BLOCKS,
    /** Blocks of output rows, at least 1. */
    ROW_BLOCKS,
    /** Blocks of output columns, at least 1. */
    COLUMN_BLOCKS,
    /** Bytes from a block row of left to the next. */
    LEFT_STEP,
    /** Bytes from a block column of right to the next. */
    RIGHT_STEP,
    /** Bytes from a block row of the output to the next. */
    OUT_ROW_STEP,
    /** Bytes from a block column of the output to the next. */
    OUT_COLUMN_STEP,
    /** Bytes from an output row of floats to the next. */
    OUT_STRIDE,
    /** Floats, one for each column. */
    BIAS,
    /** 4 KiB, elsewhere than the output. */
    SCRATCH
  }

  private static final int BLOCK_BYTES = Blocks.BYTES;
  private static final int TILE_BYTES = BLOCK_BYTES / 2;

  /** Bytes of 16 floats: what a tile row, and a vector, holds. */
  public static final int VECTOR_BYTES = 64;

  /** Bytes of the next block column of right that are fetched into L2 with each step of depth. */
  private static final int RIGHT_AHEAD_BYTES = 256;

  /** Rows of an output of floats that are fetched with each step of depth, while no block waits. */
  private static final int FETCHED_ROWS = 2;

  private final Assembler a;
  private final Output output;
  private final WaitingBlock waiting;

  private TileProgram(Assembler assembler, Output output) {
    this.a = assembler;
    this.output = output;
    this.waiting = new WaitingBlock(assembler, output);
  }

  /** The configuration of eight tiles of 16 rows x 64 bytes: palette 1 of the manual's table "Memory Area for LDTILECFG". */
  public static byte[] configuration() {
    byte[] bytes = new byte[64];
    bytes[0] = 1;
    for (int tile = 0; tile < 8; tile++) {
      bytes[16 + 2 * tile] = 64;
      bytes[48 + tile] = 16;
    }
    return bytes;
  }

  /** Appends a function and returns its place. */
  public static int write(Assembler assembler, Output output, int configuration) {
    return new TileProgram(assembler, output).function(configuration);
  }

  /**
   * For each block column: RSI is right's, R13 the output's, RBP counts them. R15 is the bias of the block column, or the stride of floats,
   * R11 the scratch.
   */
  private int function(int configuration) {
    int entry = a.position();
    a.pushSaved();
    a.ldtilecfg(configuration);
    a.movImmediate(RCX, VECTOR_BYTES);
    a.load(R11, Argument.SCRATCH);
    a.load(RSI, Argument.RIGHT);
    a.load(R13, Argument.OUT);
    a.load(RBP, Argument.COLUMN_BLOCKS);
    a.load(R15, output.toBlocks() ? Argument.BIAS : Argument.OUT_STRIDE);
    waiting.begin();
    firstBlockColumn();
    int end = a.jz();
    int columns = a.position();
    blockColumn();
    a.jnz(columns);
    a.land(end);
    for (int part = 0; part < WaitingBlock.PARTS; part++) {
      waiting.finish(part);
    }
    a.tilerelease();
    a.vzeroupper();
    a.popSaved();
    a.ret();
    return entry;
  }

  /** Left's next block row is fetched ahead, which brings left into the cache; no block waits before the first one. */
  private void firstBlockColumn() {
    beginColumn();
    block(true, false);
    int onlyRow = a.jz();
    blocks(true);
    a.land(onlyRow);
    endColumn();
  }

  /** Right's next block column is fetched ahead. */
  private void blockColumn() {
    beginColumn();
    a.mov(R14, RSI);
    a.add(R14, Argument.RIGHT_STEP);
    blocks(false);
    endColumn();
  }

  /** For each block of a column: R12 is left's block row, RDX the output's block, RBX counts them. */
  private void beginColumn() {
    a.load(R12, Argument.LEFT);
    a.mov(RDX, R13);
    a.load(RBX, Argument.ROW_BLOCKS);
  }

  private void endColumn() {
    waiting.endColumn();
    a.add(R13, Argument.OUT_COLUMN_STEP);
    a.add(RSI, Argument.RIGHT_STEP);
    a.dec(RBP);
  }

  private void blocks(boolean firstColumn) {
    int rows = a.position();
    block(firstColumn, true);
    a.jnz(rows);
  }

  /** R14 runs through what is fetched ahead. RAX is where the block goes that waits, if one {@code waits}. */
  private void block(boolean firstColumn, boolean waits) {
    for (int tile = 0; tile < 4; tile++) {
      a.tilezero(tile);
    }
    if (firstColumn) {
      a.mov(R14, R12);
      a.add(R14, Argument.LEFT_STEP);
    }
    multiply(firstColumn ? BLOCK_BYTES : RIGHT_AHEAD_BYTES, waits);
    waiting.keep(RDX);
    a.add(RDX, Argument.OUT_ROW_STEP);
    a.add(R12, Argument.LEFT_STEP);
    a.dec(RBX);
  }

  /** The loop over the depth: R8 and R9 run through the operands, R10 counts. */
  private void multiply(int aheadBytes, boolean waits) {
    a.mov(R8, R12);
    a.mov(R9, RSI);
    a.load(R10, Argument.DEPTH_BLOCKS);
    int[] ends = new int[WaitingBlock.PARTS];
    if (waits) {
      for (int part = 0; part < WaitingBlock.PARTS; part++) {
        multiplyBlock(a, 0);
        waiting.finish(part);
        endStep(aheadBytes);
        ends[part] = a.jz();
      }
    }
    a.mov(RAX, RDX);
    int steps = a.position();
    multiplyBlock(a, 0);
    fetchOutput();
    endStep(aheadBytes);
    a.jnz(steps);
    if (waits) {
      int done = a.jmp();
      a.land(ends[0]);
      for (int part = 1; part < WaitingBlock.PARTS; part++) {
        waiting.finish(part);
        a.land(ends[part]);
      }
      a.land(done);
    }
  }

  /** Multiplies a block of left, {@code offset} bytes behind R8, by one of right, as far behind R9, whose rows are RCX bytes. */
  public static void multiplyBlock(Assembler a, int offset) {
    a.tileloaddt1(4, R8, RCX, offset);
    a.tileloadd(6, R9, RCX, offset);
    a.tdpbf16ps(0, 4, 6);
    a.tileloadd(7, R9, RCX, offset + TILE_BYTES);
    a.tdpbf16ps(1, 4, 7);
    a.tileloaddt1(5, R8, RCX, offset + TILE_BYTES);
    a.tdpbf16ps(2, 5, 6);
    a.tdpbf16ps(3, 5, 7);
  }

  /** RAX runs through what will be written. */
  private void fetchOutput() {
    if (output.toBlocks()) {
      a.prefetchw(RAX, 0);
      a.add(RAX, RCX);
      return;
    }
    for (int row = 0; row < FETCHED_ROWS; row++) {
      a.prefetchw(RAX, 0);
      a.prefetchw(RAX, VECTOR_BYTES);
      a.add(RAX, R15);
    }
  }

  private void endStep(int aheadBytes) {
    for (int ahead = 0; ahead < aheadBytes; ahead += 64) {
      a.prefetcht1(R14, ahead);
    }
    a.addImmediate(R14, aheadBytes);
    a.addImmediate(R8, BLOCK_BYTES);
    a.addImmediate(R9, BLOCK_BYTES);
    a.dec(R10);
  }
}
