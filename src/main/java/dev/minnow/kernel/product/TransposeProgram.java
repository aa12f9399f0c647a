package dev.minnow.kernel.product;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.code.Register;

/**
 * Rows of floats turned into columns, as machine code: as many rows as a vector has floats, or fewer, four columns of them at a time. A
 * vector takes four floats of every fourth row, one row in each of its parts of 128 bits, as it loads them; what is left is to turn blocks
 * of 4 x 4 within parts.
 *
 * <p>A function takes three addresses, the first of which is where columns go, and its arguments ({@link Argument}), eight bytes each.
 */
final class TransposeProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** The address of the first row. */
    SOURCE,
    /** Bytes from a row to the next. */
    SOURCE_STRIDE,
    /** Bytes from the first address to the first column. */
    TARGET,
    /** Bytes from a column to the next; each is stored as a vector, from its first float on, of which those beyond the rows are any. */
    TARGET_STRIDE,
    /** Times four columns. */
    STEPS
  }

  /** Columns of one step, and rows of one part. */
  static final int STEP = 4;

  /** Where the first row of each part is read. */
  private static final Register[] PARTS = {RSI, RDX, R8, R9};

  /** How far from there the others are; that of the third counts twice. */
  private static final Register[] DISTANCES = {Assembler.NO_INDEX, R10, R10, R11};

  private static final int FIRST_PAIRS = 4;
  private static final int FIRST_COLUMN = 8;
  private static final int PART_MASK = 0xF;

  private final Assembler a;
  private final int rows;
  private final int parts;

  /** @param rows at least 4 */
  TransposeProgram(Assembler assembler, int rows) {
    this.a = assembler;
    this.rows = rows;
    this.parts = Math.ceilDiv(rows, STEP);
  }

  /** RDI runs through the columns, RCX apart; R10 is the distance of rows, R11 three of these. */
  int function() {
    boolean masked = a.set() == InstructionSet.AVX512;
    int masks = masked ? a.integers(PART_MASK << STEP, PART_MASK << 2 * STEP, PART_MASK << 3 * STEP) : 0;
    int entry = a.position();
    if (masked) {
      loadMasks(masks);
    }
    a.addLoad(RDI, RCX, Argument.TARGET.offset());
    a.movLoad(RSI, RCX, Argument.SOURCE.offset());
    a.movLoad(R10, RCX, Argument.SOURCE_STRIDE.offset());
    a.movLoad(RAX, RCX, Argument.STEPS.offset());
    a.movLoad(RCX, RCX, Argument.TARGET_STRIDE.offset());
    a.mov(R11, R10);
    a.add(R11, R10);
    a.add(R11, R10);
    for (int part = 1; part < parts; part++) {
      a.mov(PARTS[part], PARTS[part - 1]);
      a.add(PARTS[part], R11);
      a.add(PARTS[part], R10);
    }
    a.repeat(RAX, this::step);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  /** Mask 1 = the second part, and so on. */
  private void loadMasks(int masks) {
    a.lea(RAX, masks);
    for (int part = 1; part < parts; part++) {
      a.kmovw(part, RAX, (part - 1) * Integer.BYTES);
    }
  }

  private void step() {
    for (int part = 0; part < parts; part++) {
      for (int row = 0; row < Math.min(STEP, rows - part * STEP); row++) {
        load(part, row);
      }
    }
    for (int half = 0; half < 2; half++) {
      a.vpunpckldq(FIRST_PAIRS + 2 * half, 2 * half, 2 * half + 1);
      a.vpunpckhdq(FIRST_PAIRS + 2 * half + 1, 2 * half, 2 * half + 1);
    }
    for (int half = 0; half < 2; half++) {
      a.vpunpcklqdq(FIRST_COLUMN + 2 * half, FIRST_PAIRS + half, FIRST_PAIRS + 2 + half);
      a.vpunpckhqdq(FIRST_COLUMN + 2 * half + 1, FIRST_PAIRS + half, FIRST_PAIRS + 2 + half);
    }
    for (int column = 0; column < STEP; column++) {
      a.vmovupsStore(RDI, 0, FIRST_COLUMN + column);
      a.add(RDI, RCX);
    }
    for (int part = 0; part < parts; part++) {
      a.addImmediate(PARTS[part], STEP * Float.BYTES);
    }
  }

  /** Four floats of a row into the part of a register that takes them; those of the first rows may go into the others too. */
  private void load(int part, int row) {
    Register base = PARTS[part];
    Register distance = DISTANCES[row];
    int times = row == 2 ? 2 : 1;
    if (a.set() == InstructionSet.AVX512) {
      a.vbroadcastf32x4(row, part, base, distance, times);
    } else if (part == 0) {
      a.vmovups128(row, base, distance, times);
    } else {
      a.vinsertf128(row, base, distance, times);
    }
  }
}
