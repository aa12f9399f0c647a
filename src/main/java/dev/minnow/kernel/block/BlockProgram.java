package dev.minnow.kernel.block;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.Register;
import dev.minnow.memory.Blocks;

/**
 * What brings matrices into the forms that {@link TileProgram} multiplies, block by block, as machine code. "Left form" is that of {@link
 * Blocks}, "right form" that of right operands. A function takes the address of its arguments ({@link Argument}), eight bytes each.
 */
public final class BlockProgram {
  /** The arguments, in their order; not every function reads all. */
  public enum Argument implements CodeArgument {
    SOURCE,
    /** Bytes from a source block to the next. */
    SOURCE_STEP,
    TARGET,
    /** Bytes from a target block to the next. */
    TARGET_STEP,
    /** Blocks. */
    COUNT,
    /** Bytes from a row of floats to the next. */
    SOURCE_STRIDE,
    /** Where the right form of the matrix itself goes, beside that of its transpose. */
    OTHER_TARGET,
    OTHER_TARGET_STEP,
    /** 32 floats, which the sums of the first block's columns are added to. */
    SUMS,
    /** Bytes from there to the sums of the next block. */
    SUMS_STEP
  }

  private static final int VECTOR_BYTES = 64;
  private static final int TILE_BYTES = Blocks.BYTES / 2;
  /** How far ahead blocks are fetched: hardware stops at each page. */
  private static final int AHEAD_BYTES = 2 * Blocks.BYTES;

  private static final int HALF_ROWS = Blocks.SIZE / 2;

  /** Registers that hold constants. */
  private static final int ONES = 27;

  private static final int LEFT_SUMS = 28;
  private static final int RIGHT_SUMS = 29;
  private static final int FIRST_HALF = 30;
  private static final int SECOND_HALF = 31;

  private final Assembler a;
  private final int firstHalf;
  private final int secondHalf;
  private final int ones;

  /** Puts the functions' constants before them. */
  public BlockProgram(Assembler assembler) {
    this.a = assembler;
    this.firstHalf = assembler.data(interleaving(0));
    this.secondHalf = assembler.data(interleaving(16));
    this.ones = assembler.data(ones());
  }

  /**
   * Indices of words that interleave two rows of 32: of 16 columns from {@code column} on, a word of the first, then one of the second,
   * whose words are numbered from 32.
   */
  private static byte[] interleaving(int column) {
    byte[] bytes = new byte[64];
    for (int i = 0; i < 32; i++) {
      bytes[2 * i] = (byte) (column + i / 2 + i % 2 * 32);
    }
    return bytes;
  }

  /** 32 bfloat16 ones. */
  private static byte[] ones() {
    byte[] bytes = new byte[64];
    for (int i = 0; i < 32; i++) {
      bytes[2 * i] = (byte) 0x80;
      bytes[2 * i + 1] = 0x3F;
    }
    return bytes;
  }

  /** Left form (D, K) to right form (D, K): pairs of rows, side by side. */
  public int interleave() {
    int entry = begin();
    int blocks = a.position();
    for (int pair = 0; pair < HALF_ROWS; pair++) {
      a.vmovups(0, RSI, 2 * pair * VECTOR_BYTES);
      a.vmovups(1, RSI, (2 * pair + 1) * VECTOR_BYTES);
      a.vmovaps(2, 0);
      a.vpermt2w(0, FIRST_HALF, 1);
      a.vpermt2w(2, SECOND_HALF, 1);
      a.vmovupsStore(RDX, pair * VECTOR_BYTES, 0);
      a.vmovupsStore(RDX, TILE_BYTES + pair * VECTOR_BYTES, 2);
    }
    return end(entry, blocks);
  }

  /** Left form (K, D) to right form (D, K): each tile's pairs transposed. */
  public int transposePairs() {
    int entry = begin();
    int blocks = a.position();
    for (int half = 0; half < 2; half++) {
      for (int row = 0; row < HALF_ROWS; row++) {
        a.vmovups(row, RSI, half * TILE_BYTES + row * VECTOR_BYTES);
      }
      storeTransposed(RDX, half * TILE_BYTES);
    }
    return end(entry, blocks);
  }

  /** Left form (D, R) to left form (R, D) of the transpose; column sums of the source are added to the sums. */
  public int transpose() {
    int entry = begin();
    a.vmovups(ONES, ones);
    a.load(RAX, Argument.SUMS);
    int blocks = a.position();
    a.vmovups(LEFT_SUMS, RAX, 0);
    a.vmovups(RIGHT_SUMS, RAX, VECTOR_BYTES);
    for (int half = 0; half < 2; half++) {
      int indices = half == 0 ? FIRST_HALF : SECOND_HALF;
      int sums = half == 0 ? LEFT_SUMS : RIGHT_SUMS;
      for (int pair = 0; pair < HALF_ROWS; pair++) {
        a.vmovups(pair, RSI, 2 * pair * VECTOR_BYTES);
        a.vmovups(16, RSI, (2 * pair + 1) * VECTOR_BYTES);
        a.prefetcht1(RSI, AHEAD_BYTES + (2 * pair + half) * VECTOR_BYTES);
        a.vpermt2w(pair, indices, 16);
        a.vdpbf16ps(sums, pair, ONES);
      }
      storeTransposed(RDX, half * TILE_BYTES);
    }
    a.vmovupsStore(RAX, 0, LEFT_SUMS);
    a.vmovupsStore(RAX, VECTOR_BYTES, RIGHT_SUMS);
    a.add(RAX, Argument.SUMS_STEP);
    return end(entry, blocks);
  }

  /**
   * Floats (K, D), 32 rows of them, to right form (D, K) of the transpose at the target and to right form (K, D) at the other one: a weight
   * for the forward and for the backward pass.
   */
  public int packWeight() {
    int entry = begin();
    a.load(R8, Argument.OTHER_TARGET);
    a.load(R11, Argument.SOURCE_STRIDE);
    int blocks = a.position();
    a.mov(R9, RSI);
    for (int half = 0; half < 2; half++) {
      for (int row = 0; row < HALF_ROWS; row++) {
        a.vmovups(row, R9, 0);
        a.vmovups(16, R9, VECTOR_BYTES);
        a.vcvtne2ps2bf16(row, 16, row);
        a.add(R9, R11);
      }
      for (int pair = 0; pair < HALF_ROWS / 2; pair++) {
        int at = (half * HALF_ROWS / 2 + pair) * VECTOR_BYTES;
        a.vmovaps(16, 2 * pair);
        a.vmovaps(17, 2 * pair);
        a.vpermt2w(16, FIRST_HALF, 2 * pair + 1);
        a.vpermt2w(17, SECOND_HALF, 2 * pair + 1);
        a.vmovupsStore(R8, at, 16);
        a.vmovupsStore(R8, TILE_BYTES + at, 17);
      }
      storeTransposed(RDX, half * TILE_BYTES);
    }
    a.add(R8, Argument.OTHER_TARGET_STEP);
    return end(entry, blocks);
  }

  /** RSI is the source, RDX the target, R10 counts the blocks. */
  private int begin() {
    int entry = a.position();
    a.load(RSI, Argument.SOURCE);
    a.load(RDX, Argument.TARGET);
    a.load(R10, Argument.COUNT);
    a.vmovups(FIRST_HALF, firstHalf);
    a.vmovups(SECOND_HALF, secondHalf);
    return entry;
  }

  private void next(int blocks) {
    a.add(RSI, Argument.SOURCE_STEP);
    a.add(RDX, Argument.TARGET_STEP);
    a.dec(R10);
    a.jnz(blocks);
  }

  private int finish(int entry) {
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private int end(int entry, int blocks) {
    next(blocks);
    return finish(entry);
  }

  /**
   * Stores the transpose of the 16 x 16 double words in vectors 0 to 15, row by row: pairs of rows by double words, then by quad words,
   * then quarters of vectors. Vectors 16 to 23 are overwritten.
   */
  private void storeTransposed(Register base, int displacement) {
    for (int i = 0; i < 16; i += 4) {
      a.vpunpckldq(16, i, i + 1);
      a.vpunpckhdq(17, i, i + 1);
      a.vpunpckldq(18, i + 2, i + 3);
      a.vpunpckhdq(19, i + 2, i + 3);
      a.vpunpcklqdq(i, 16, 18);
      a.vpunpckhqdq(i + 1, 16, 18);
      a.vpunpcklqdq(i + 2, 17, 19);
      a.vpunpckhqdq(i + 3, 17, 19);
    }
    // Quarter q of vector 4 g + j holds column 4 q + j of rows 4 g to 4 g + 3.
    int evenQuarters = 0x88;
    int oddQuarters = 0xDD;
    for (int j = 0; j < 4; j++) {
      a.vshufi32x4(16, j, 4 + j, evenQuarters);
      a.vshufi32x4(17, 8 + j, 12 + j, evenQuarters);
      a.vshufi32x4(18, j, 4 + j, oddQuarters);
      a.vshufi32x4(19, 8 + j, 12 + j, oddQuarters);
      a.vshufi32x4(20, 16, 17, evenQuarters);
      a.vshufi32x4(21, 18, 19, evenQuarters);
      a.vshufi32x4(22, 16, 17, oddQuarters);
      a.vshufi32x4(23, 18, 19, oddQuarters);
      for (int quarter = 0; quarter < 4; quarter++) {
        a.vmovupsStore(base, displacement + (4 * quarter + j) * VECTOR_BYTES, 20 + quarter);
      }
    }
  }
}
