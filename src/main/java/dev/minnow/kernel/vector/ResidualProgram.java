package dev.minnow.kernel.vector;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.row.DropoutCode;

/**
 * Rows of floats = dropout(rows + a bias) + a residual, as machine code. The residual comes from memory, and of a part of some columns
 * only: rows that follow are fetched ahead, since the processor foresees none of them.
 */
final class ResidualProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    OUT,
    RESIDUAL,
    /** A float for each column; only with a bias. */
    BIAS,
    /** At least 1. */
    ROWS,
    /** Vectors of a row, at least 1. */
    VECTORS,
    /** Bytes from the end of a row to the next, of both matrices. */
    SKIP,
    /** Bytes from a row of the residual to the one that is fetched meanwhile. */
    AHEAD,
    /** A 64-bit key for each row's mask; this and what follows only with dropout. */
    DROPOUT_KEYS,
    /** An element is dropped if its hash is below. */
    DROPOUT_THRESHOLD,
    /** A float: the factor on what is kept. */
    DROPOUT_SCALE,
    /** The {@link Dropout#term} of the first column. */
    FIRST_TERM
  }

  private static final int FIRST_OF_DROPOUT = 1;
  private static final int SCALE = FIRST_OF_DROPOUT + DropoutCode.REGISTERS;
  private static final int FACTORS = SCALE + 1;

  private final Assembler a;
  private final boolean withBias;
  private final boolean withDropout;
  private final DropoutCode dropout;

  /** Puts the function's constants before it. */
  ResidualProgram(Assembler assembler, boolean withBias, boolean withDropout) {
    this.a = assembler;
    this.withBias = withBias;
    this.withDropout = withDropout;
    this.dropout = new DropoutCode(assembler, FIRST_OF_DROPOUT);
  }

  int function() {
    int entry = a.position();
    a.load(RDX, Argument.OUT);
    a.load(RAX, Argument.RESIDUAL);
    a.load(R8, Argument.SKIP);
    a.load(R9, Argument.ROWS);
    a.load(R11, Argument.AHEAD);
    a.add(R11, RAX);
    if (withDropout) {
      a.load(RSI, Argument.DROPOUT_KEYS);
      a.vbroadcastss(SCALE, RDI, Argument.DROPOUT_SCALE.offset());
      dropout.loadConstants(RDI, Argument.DROPOUT_THRESHOLD);
    }
    a.repeat(R9, this::row);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void row() {
    a.load(R10, Argument.VECTORS);
    if (withBias) {
      a.load(RCX, Argument.BIAS);
    }
    if (withDropout) {
      dropout.beginRow(RSI);
      dropout.skipColumns(RDI, Argument.FIRST_TERM);
    }
    a.repeat(R10, this::vector);
    a.add(RDX, R8);
    a.add(RAX, R8);
    a.add(R11, R8);
  }

  private void vector() {
    a.vmovups(0, RDX, 0);
    if (withBias) {
      a.vaddps(0, 0, RCX, 0);
      a.addImmediate(RCX, a.set().vectorBytes);
    }
    if (withDropout) {
      dropout.factors(FACTORS, SCALE);
      a.vmulps(0, 0, FACTORS);
    }
    a.vaddps(0, 0, RAX, 0);
    a.prefetcht0(R11, 0);
    a.vmovupsStore(RDX, 0, 0);
    a.addImmediate(RDX, a.set().vectorBytes);
    a.addImmediate(RAX, a.set().vectorBytes);
    a.addImmediate(R11, a.set().vectorBytes);
  }
}
