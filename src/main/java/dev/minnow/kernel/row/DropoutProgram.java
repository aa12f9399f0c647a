package dev.minnow.kernel.row;

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

/**
 * Vectors of floats x the factors of {@link Dropout}, as machine code: what the loop of {@link VectorDropout} computes, to the last bit.
 * The function takes the address of the floats, that of the integers which keys and terms are among, another that it does not use, and
 * its arguments ({@link Argument}), eight bytes each.
 */
final class DropoutProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** Bytes from the floats' address to the first vector. */
    FIRST,
    /** At least 1. */
    VECTORS,
    /** Bytes from a vector to the next. */
    STRIDE,
    /** Bytes from the integers' address to the low halves of the lanes' keys. */
    LOWS,
    /** To the high halves. */
    HIGHS,
    /** To the terms of the lanes' columns, in the first vector. */
    TERMS,
    /** What terms grow by from a vector to the next. */
    TERM_STEP,
    /** An element is dropped if its hash is below. */
    THRESHOLD,
    /** A float: the factor on what is kept. */
    SCALE
  }

  private static final int X = 0;
  private static final int FIRST_OF_DROPOUT = 1;
  private static final int SCALE = FIRST_OF_DROPOUT + DropoutCode.REGISTERS;

  private final Assembler a;
  private final DropoutCode dropout;

  /** Puts the function's constants before it. */
  DropoutProgram(Assembler assembler) {
    this.a = assembler;
    this.dropout = new DropoutCode(assembler, FIRST_OF_DROPOUT);
  }

  int function() {
    int entry = a.position();
    dropout.loadConstants(RCX, Argument.THRESHOLD);
    a.vbroadcastss(SCALE, RCX, Argument.SCALE.offset());
    a.mov(RAX, RSI);
    a.mov(RDX, RSI);
    a.addLoad(RAX, RCX, Argument.LOWS.offset());
    a.addLoad(RDX, RCX, Argument.HIGHS.offset());
    a.addLoad(RSI, RCX, Argument.TERMS.offset());
    dropout.begin(RAX, RDX, RSI, RCX, Argument.TERM_STEP);
    a.addLoad(RDI, RCX, Argument.FIRST.offset());
    a.movLoad(R8, RCX, Argument.STRIDE.offset());
    a.movLoad(R9, RCX, Argument.VECTORS.offset());
    a.repeat(R9, () -> {
      dropout.factors(X, SCALE);
      a.vmulps(X, X, RDI, 0);
      a.vmovupsStore(RDI, 0, X);
      a.add(RDI, R8);
    });
    a.vzeroupper();
    a.ret();
    return entry;
  }
}
