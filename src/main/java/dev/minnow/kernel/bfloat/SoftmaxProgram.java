package dev.minnow.kernel.bfloat;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R14;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBP;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.row.DropoutCode;
import dev.minnow.memory.Blocks;

/**
 * The rows of attention's softmax, from floats to bfloat16 blocks, as machine code. A function takes the address of its arguments ({@link
 * Argument}) and goes through up to 32 rows of one block row: row i sees all keys of some whole blocks, the first i + 1 of the next one, on
 * the diagonal, and none of those that follow.
 *
 * <p>In a function R8 is the row of scores, R9 that of probabilities, R10 counts rows, RSI is at the row's masks, RBP at its dropout key;
 * RAX and RBX run along R8 and R9, R14 counts blocks.
 */
abstract class SoftmaxProgram {
  /** The arguments, in their order; the forward pass reads none from {@link #DPROBABILITIES} on. */
  enum Argument implements CodeArgument {
    /** From 1 to 32. */
    ROWS,
    /** Floats. */
    SCORES,
    /** Bytes from a row of scores, and of the gradients of probabilities, to the next. */
    SCORE_STRIDE,
    /** A float: the factor on scores / ln 2. */
    SCALE,
    /** Blocks before the diagonal. */
    WHOLE_BLOCKS,
    /** Blocks after it. */
    ZERO_BLOCKS,
    /** Where the first row of probabilities, or of exponentials, goes. */
    PROBABILITIES,
    /** A float for each of 32 rows: the log of the sum of exponentials. */
    LOG_SUMS,
    /** A float for each of 32 rows: dropout's factor / the sum of exponentials. */
    OUTPUT_FACTORS,
    /** A 64-bit key for each row's dropout mask. */
    DROPOUT_KEYS,
    /** An element is dropped if its hash is below. */
    DROPOUT_THRESHOLD,
    /** A float: the factor on what dropout keeps, 1 without. */
    DROPOUT_SCALE,
    /** Floats: the gradients of dropped-out probabilities. */
    DPROBABILITIES,
    /** A float for each row: the sum over keys of probability x its gradient. */
    WEIGHTED_SUMS,
    /** Where the first row of the scores' gradients goes. */
    DSCORES
  }

  static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;

  /** Mask of lane 0. */
  static final int FIRST_LANE = 1;

  /** Masks of the lanes of the diagonal block, for each half of 16 lanes, that the row sees. */
  static final int[] SEEN = {2, 3};

  /** Masks of the lanes that dropout keeps. */
  static final int[] KEPT = {4, 5};

  // Vectors 0 to 11, 24 and 25 are the subclasses'.
  private static final int LEAST_POWER = 12;
  private static final int FIRST_OF_DROPOUT = 13;
  static final int SCALE = FIRST_OF_DROPOUT + DropoutCode.REGISTERS;
  static final int ZERO = SCALE + 1;

  final Assembler a;
  final VectorCode code;
  final boolean dropout;
  private final DropoutCode dropoutCode;
  private final int masks;
  private final int leastPower;

  /** Puts the function's constants before it. */
  SoftmaxProgram(Assembler assembler, boolean dropout) {
    this.a = assembler;
    this.code = new VectorCode(assembler);
    this.dropout = dropout;
    this.dropoutCode = new DropoutCode(assembler, FIRST_OF_DROPOUT);
    int[] rowMasks = new int[Blocks.SIZE];
    for (int row = 0; row < Blocks.SIZE; row++) {
      rowMasks[row] = -1 >>> Blocks.SIZE - 1 - row;
    }
    masks = assembler.integers(rowMasks);
    leastPower = assembler.floats(Exponentials.LEAST_POWER);
  }

  /** Loads what stays in registers for all rows. */
  abstract void begin();

  /** Prepares a row; RAX and RBX are at its start. */
  abstract void beginRow();

  /** Goes through 32 keys, all of which the row sees unless they are on the diagonal, and leaves RAX and RBX after them. */
  abstract void block(boolean onDiagonal);

  /** Stores 32 zeros, and leaves RBX after them. */
  abstract void zeroBlock();

  /** Finishes a row and goes on to the next, beside what all functions do. */
  abstract void endRow();

  /** Finishes all rows. */
  abstract void end();

  void broadcast(int to, Argument argument) {
    a.vbroadcastss(to, RDI, argument.offset());
  }

  /** Writes the function and returns its place. */
  int function() {
    int entry = a.position();
    a.pushSaved();
    code.loadPowers();
    broadcast(SCALE, Argument.SCALE);
    a.vbroadcastss(LEAST_POWER, leastPower);
    a.vpxord(ZERO);
    a.lea(RSI, masks);
    a.kmovw(FIRST_LANE, RSI, 0);
    a.load(R8, Argument.SCORES);
    a.load(R9, Argument.PROBABILITIES);
    a.load(R10, Argument.ROWS);
    if (dropout) {
      a.load(RBP, Argument.DROPOUT_KEYS);
      dropoutCode.loadConstants(RDI, Argument.DROPOUT_THRESHOLD);
    }
    begin();
    int rows = a.position();
    row();
    a.dec(R10);
    a.jnz(rows);
    end();
    a.vzeroupper();
    a.popSaved();
    a.ret();
    return entry;
  }

  private void row() {
    a.kmovw(SEEN[0], RSI, 0);
    a.kmovw(SEEN[1], RSI, Short.BYTES);
    if (dropout) {
      dropoutCode.beginRow(RBP);
    }
    a.mov(RAX, R8);
    a.mov(RBX, R9);
    beginRow();
    repeat(Argument.WHOLE_BLOCKS, () -> block(false));
    block(true);
    repeat(Argument.ZERO_BLOCKS, this::zeroBlock);
    endRow();
    a.add(R8, Argument.SCORE_STRIDE);
    a.addImmediate(R9, Blocks.ROW_BYTES);
    a.addImmediate(RSI, Integer.BYTES);
  }

  /** What the body writes, as often as an argument says, perhaps never. */
  final void repeat(Argument count, Runnable body) {
    a.load(R14, count);
    a.repeat(R14, body);
  }

  /**
   * Each of {@code registers} = 2 to its power, or to {@link Exponentials#LEAST_POWER}; twice as many {@code scratch} registers are lost.
   */
  final void powers(int[] registers, int[] scratch) {
    for (int register : registers) {
      // Of two numbers the second one comes out where one is NaN.
      a.vmaxps(register, LEAST_POWER, register);
    }
    code.powers(registers, scratch);
  }

  /** Finds what dropout keeps of the next 32 columns. */
  final void keep() {
    for (int mask : KEPT) {
      dropoutCode.keep(mask);
    }
  }
}
