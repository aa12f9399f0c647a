package dev.minnow.kernel;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;

/**
 * Rows of floats += a bias + a residual, as machine code. The residual comes from memory, and of a part of some columns only:
 * rows that follow are fetched ahead, since the processor foresees none of them.
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
    AHEAD
  }

  private final Assembler a;
  private final boolean withBias;

  ResidualProgram(Assembler assembler, boolean withBias) {
    this.a = assembler;
    this.withBias = withBias;
  }

  int function() {
    int entry = a.position();
    a.movLoad(RDX, RDI, Argument.OUT.offset());
    a.movLoad(RAX, RDI, Argument.RESIDUAL.offset());
    a.movLoad(R8, RDI, Argument.SKIP.offset());
    a.movLoad(R9, RDI, Argument.ROWS.offset());
    a.movLoad(R11, RDI, Argument.AHEAD.offset());
    a.add(R11, RAX);
    a.repeat(R9, this::row);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void row() {
    a.movLoad(R10, RDI, Argument.VECTORS.offset());
    if (withBias) {
      a.movLoad(RCX, RDI, Argument.BIAS.offset());
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
    a.vaddps(0, 0, RAX, 0);
    a.prefetcht0(R11, 0);
    a.vmovupsStore(RDX, 0, 0);
    a.addImmediate(RDX, a.set().vectorBytes);
    a.addImmediate(RAX, a.set().vectorBytes);
    a.addImmediate(R11, a.set().vectorBytes);
  }
}
