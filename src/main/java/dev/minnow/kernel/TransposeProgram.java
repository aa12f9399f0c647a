package dev.minnow.kernel;

import static dev.minnow.kernel.Assembler.Register.R10;
import static dev.minnow.kernel.Assembler.Register.R11;
import static dev.minnow.kernel.Assembler.Register.R8;
import static dev.minnow.kernel.Assembler.Register.R9;
import static dev.minnow.kernel.Assembler.Register.RAX;
import static dev.minnow.kernel.Assembler.Register.RCX;
import static dev.minnow.kernel.Assembler.Register.RDI;
import static dev.minnow.kernel.Assembler.Register.RDX;
import static dev.minnow.kernel.Assembler.Register.RSI;

/**
 * Rows of floats turned into columns, as machine code for AVX-512: up to 16 rows, four columns of them at a time. A vector takes four
 * floats of every fourth row, one row in each of its quarters, as it loads them; what is left is to turn blocks of 4 x 4 within quarters.
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
    /** Bytes from a column to the next; each is stored as 16 floats, from the first on, of which those beyond the rows are any. */
    TARGET_STRIDE,
    /** Times four columns. */
    STEPS
  }

  /** Columns of one step, and rows of one quarter. */
  static final int STEP = 4;

  /** Where the first row of each quarter is read. */
  private static final Assembler.Register[] QUARTERS = {RSI, RDX, R8, R9};

  private static final int FIRST_PAIRS = 4;
  private static final int FIRST_COLUMN = 8;
  private static final int QUARTER_MASK = 0xF;

  private final Assembler a;
  private final int quarters;

  /** @param rows 4, 8, 12 or 16 */
  TransposeProgram(Assembler assembler, int rows) {
    this.a = assembler;
    this.quarters = rows / STEP;
  }

  /** RDI runs through the columns, RCX apart; R10 is the distance of rows, R11 three of these. */
  int function() {
    VectorCode code = new VectorCode(a);
    int masks = code.integers(QUARTER_MASK << STEP, QUARTER_MASK << 2 * STEP, QUARTER_MASK << 3 * STEP);
    int entry = a.position();
    a.lea(RAX, masks);
    for (int quarter = 1; quarter < quarters; quarter++) {
      a.kmovw(quarter, RAX, (quarter - 1) * Integer.BYTES);
    }
    a.addLoad(RDI, RCX, Argument.TARGET.offset());
    a.movLoad(RSI, RCX, Argument.SOURCE.offset());
    a.movLoad(R10, RCX, Argument.SOURCE_STRIDE.offset());
    a.movLoad(RAX, RCX, Argument.STEPS.offset());
    a.movLoad(RCX, RCX, Argument.TARGET_STRIDE.offset());
    a.mov(R11, R10);
    a.add(R11, R10);
    a.add(R11, R10);
    for (int quarter = 1; quarter < quarters; quarter++) {
      a.mov(QUARTERS[quarter], QUARTERS[quarter - 1]);
      a.add(QUARTERS[quarter], R11);
      a.add(QUARTERS[quarter], R10);
    }
    a.repeat(RAX, this::step);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void step() {
    for (int quarter = 0; quarter < quarters; quarter++) {
      // All quarters of the vector, or its own.
      a.vbroadcastf32x4(0, quarter, QUARTERS[quarter]);
      a.vbroadcastf32x4(1, quarter, QUARTERS[quarter], R10, 1);
      a.vbroadcastf32x4(2, quarter, QUARTERS[quarter], R10, 2);
      a.vbroadcastf32x4(3, quarter, QUARTERS[quarter], R11, 1);
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
    for (int quarter = 0; quarter < quarters; quarter++) {
      a.addImmediate(QUARTERS[quarter], STEP * Float.BYTES);
    }
  }
}
