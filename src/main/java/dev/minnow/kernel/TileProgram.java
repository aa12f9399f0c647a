package dev.minnow.kernel;

import static dev.minnow.kernel.Assembler.Register.R10;
import static dev.minnow.kernel.Assembler.Register.R11;
import static dev.minnow.kernel.Assembler.Register.R12;
import static dev.minnow.kernel.Assembler.Register.R13;
import static dev.minnow.kernel.Assembler.Register.R14;
import static dev.minnow.kernel.Assembler.Register.R15;
import static dev.minnow.kernel.Assembler.Register.R8;
import static dev.minnow.kernel.Assembler.Register.R9;
import static dev.minnow.kernel.Assembler.Register.RAX;
import static dev.minnow.kernel.Assembler.Register.RBP;
import static dev.minnow.kernel.Assembler.Register.RBX;
import static dev.minnow.kernel.Assembler.Register.RCX;
import static dev.minnow.kernel.Assembler.Register.RDI;
import static dev.minnow.kernel.Assembler.Register.RDX;
import static dev.minnow.kernel.Assembler.Register.RSI;

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
 */
final class TileProgram {
  /** What a function does with its products. */
  enum Output {
    /** Floats = products. */
    SET,
    /** Floats += products. */
    ADD,
    /** Blocks of bfloat16 = products. */
    BLOCKS,
    /** Blocks of bfloat16 = products + a bias for each column. */
    BLOCKS_WITH_BIAS
  }

  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    LEFT,
    RIGHT,
    OUT,
    /** Blocks of depth. */
    DEPTH_BLOCKS,
    /** Blocks of output rows. */
    ROW_BLOCKS,
    /** Blocks of output columns. */
    COLUMN_BLOCKS,
    /** Bytes from a block row of left to the next. */
    LEFT_STEP,
    /** Bytes from a block column of right to the next. */
    RIGHT_STEP,
    /** Bytes from a block row of the output to the next. */
    OUT_ROW_STEP,
    /** Bytes from a block column of the output to the next. */
    OUT_COLUMN_STEP,
    /** Bytes from an output row to the next; for blocks 128, of the scratch. */
    OUT_STRIDE,
    /** 16 times that. */
    OUT_HALF,
    /** Floats, one for each column. */
    BIAS,
    /** 4 KiB, for blocks. */
    SCRATCH
  }

  private static final int BLOCK_BYTES = Blocks.BYTES;
  private static final int TILE_BYTES = BLOCK_BYTES / 2;

  /** Bytes of 16 floats: what a tile row, and a vector, holds. */
  private static final int VECTOR_BYTES = 64;

  /** Bytes of the next block column of right that are fetched into L2 with each step of depth. */
  private static final int RIGHT_AHEAD_BYTES = 256;

  /** Rows of the scratch that become bfloat16 in one turn of a loop. */
  private static final int ROWS_AT_ONCE = 4;

  private final Assembler a;
  private final Output output;

  private TileProgram(Assembler assembler, Output output) {
    this.a = assembler;
    this.output = output;
  }

  /** The configuration of eight tiles of 16 rows x 64 bytes: palette 1 of the manual's table "Memory Area for LDTILECFG". */
  static byte[] configuration() {
    byte[] bytes = new byte[64];
    bytes[0] = 1;
    for (int tile = 0; tile < 8; tile++) {
      bytes[16 + 2 * tile] = 64;
      bytes[48 + tile] = 16;
    }
    return bytes;
  }

  /** Appends a function and returns its place. */
  static int write(Assembler assembler, Output output, int configuration) {
    return new TileProgram(assembler, output).function(configuration);
  }

  /** Appends a function that multiplies tiles of zeros, as often as {@link Argument#DEPTH_BLOCKS} says, and touches no memory. */
  static int writeMultipliesOnly(Assembler assembler, int configuration) {
    TileProgram program = new TileProgram(assembler, Output.SET);
    int entry = assembler.position();
    assembler.ldtilecfg(configuration);
    program.load(R10, Argument.DEPTH_BLOCKS);
    for (int tile = 0; tile < 8; tile++) {
      assembler.tilezero(tile);
    }
    int steps = assembler.position();
    assembler.tdpbf16ps(0, 4, 6);
    assembler.tdpbf16ps(1, 4, 7);
    assembler.tdpbf16ps(2, 5, 6);
    assembler.tdpbf16ps(3, 5, 7);
    assembler.dec(R10);
    assembler.jnz(steps);
    assembler.tilerelease();
    assembler.ret();
    return entry;
  }

  private boolean toBlocks() {
    return output == Output.BLOCKS || output == Output.BLOCKS_WITH_BIAS;
  }

  private void load(Assembler.Register to, Argument argument) {
    a.movLoad(to, RDI, argument.offset());
  }

  private void add(Assembler.Register to, Argument argument) {
    a.addLoad(to, RDI, argument.offset());
  }

  /** For each block column: RSI is right's, R13 the output's, R15 the bias's, RBP counts them. */
  private int function(int configuration) {
    int entry = a.position();
    a.pushSaved();
    a.ldtilecfg(configuration);
    a.movImmediate(RCX, VECTOR_BYTES);
    load(R11, Argument.OUT_STRIDE);
    load(RSI, Argument.RIGHT);
    load(R13, Argument.OUT);
    load(RBP, Argument.COLUMN_BLOCKS);
    load(R15, Argument.BIAS);
    if (output == Output.BLOCKS) {
      a.vpxord(30);
      a.vpxord(31);
    }
    blockColumn(true);
    int end = a.jz();
    int columns = a.position();
    blockColumn(false);
    a.jnz(columns);
    a.land(end);
    a.tilerelease();
    a.vzeroupper();
    a.popSaved();
    a.ret();
    return entry;
  }

  /**
   * For each block of it: R12 is left's block row, RDX the output's block, RBX counts them. R14 runs through what is fetched ahead: left's
   * next block row for the first block column, which brings left into the cache, and right's next block column for the others.
   */
  private void blockColumn(boolean first) {
    if (output == Output.BLOCKS_WITH_BIAS) {
      a.vmovups(30, R15, 0);
      a.vmovups(31, R15, VECTOR_BYTES);
      a.addImmediate(R15, 2 * VECTOR_BYTES);
    }
    load(R12, Argument.LEFT);
    a.mov(RDX, R13);
    load(RBX, Argument.ROW_BLOCKS);
    if (!first) {
      a.mov(R14, RSI);
      add(R14, Argument.RIGHT_STEP);
    }
    int rows = a.position();
    begin();
    if (first) {
      a.mov(R14, R12);
      add(R14, Argument.LEFT_STEP);
    }
    multiply(first ? BLOCK_BYTES : RIGHT_AHEAD_BYTES);
    if (toBlocks()) {
      storeBlock();
    } else {
      storeFloats();
    }
    add(RDX, Argument.OUT_ROW_STEP);
    add(R12, Argument.LEFT_STEP);
    a.dec(RBX);
    a.jnz(rows);
    add(R13, Argument.OUT_COLUMN_STEP);
    add(RSI, Argument.RIGHT_STEP);
    a.dec(RBP);
  }

  private void begin() {
    if (output == Output.ADD) {
      a.mov(RAX, RDX);
      add(RAX, Argument.OUT_HALF);
      a.tileloadd(0, RDX, R11, 0);
      a.tileloadd(1, RDX, R11, VECTOR_BYTES);
      a.tileloadd(2, RAX, R11, 0);
      a.tileloadd(3, RAX, R11, VECTOR_BYTES);
    } else {
      for (int tile = 0; tile < 4; tile++) {
        a.tilezero(tile);
      }
    }
  }

  /** The loop over the depth: R8 and R9 run through the operands, R10 counts, RAX runs through what will be written. */
  private void multiply(int aheadBytes) {
    a.mov(R8, R12);
    a.mov(R9, RSI);
    load(R10, Argument.DEPTH_BLOCKS);
    a.mov(RAX, RDX);
    int steps = a.position();
    a.tileloaddt1(4, R8, RCX, 0);
    a.tileloadd(6, R9, RCX, 0);
    a.tdpbf16ps(0, 4, 6);
    a.tileloadd(7, R9, RCX, TILE_BYTES);
    a.tdpbf16ps(1, 4, 7);
    a.tileloaddt1(5, R8, RCX, TILE_BYTES);
    a.tdpbf16ps(2, 5, 6);
    a.tdpbf16ps(3, 5, 7);
    a.prefetchw(RAX, 0);
    if (toBlocks()) {
      a.add(RAX, RCX);
    } else {
      a.prefetchw(RAX, VECTOR_BYTES);
      a.add(RAX, R11);
    }
    for (int ahead = 0; ahead < aheadBytes; ahead += 64) {
      a.prefetcht1(R14, ahead);
    }
    a.addImmediate(R14, aheadBytes);
    a.addImmediate(R8, BLOCK_BYTES);
    a.addImmediate(R9, BLOCK_BYTES);
    a.dec(R10);
    a.jnz(steps);
  }

  private void storeFloats() {
    a.mov(RAX, RDX);
    add(RAX, Argument.OUT_HALF);
    a.tilestored(RDX, R11, 0, 0);
    a.tilestored(RDX, R11, VECTOR_BYTES, 1);
    a.tilestored(RAX, R11, 0, 2);
    a.tilestored(RAX, R11, VECTOR_BYTES, 3);
  }

  /** To the scratch, and from there with the bias to bfloat16. */
  private void storeBlock() {
    int rowBytes = 2 * VECTOR_BYTES;
    load(R8, Argument.SCRATCH);
    a.tilestored(R8, R11, 0, 0);
    a.tilestored(R8, R11, VECTOR_BYTES, 1);
    a.tilestored(R8, R11, 16 * rowBytes, 2);
    a.tilestored(R8, R11, 16 * rowBytes + VECTOR_BYTES, 3);
    a.mov(R9, RDX);
    a.movImmediate(R10, Blocks.SIZE / ROWS_AT_ONCE);
    int loop = a.position();
    for (int row = 0; row < ROWS_AT_ONCE; row++) {
      int low = 2 * row;
      int high = low + 1;
      a.vmovups(low, R8, row * rowBytes);
      a.vmovups(high, R8, row * rowBytes + VECTOR_BYTES);
      a.vaddps(low, low, 30);
      a.vaddps(high, high, 31);
      a.vcvtne2ps2bf16(low, high, low);
      a.vmovupsStore(R9, row * Blocks.ROW_BYTES, low);
    }
    a.addImmediate(R8, ROWS_AT_ONCE * rowBytes);
    a.addImmediate(R9, ROWS_AT_ONCE * Blocks.ROW_BYTES);
    a.dec(R10);
    a.jnz(loop);
  }
}
