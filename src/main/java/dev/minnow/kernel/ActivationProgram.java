package dev.minnow.kernel;

import static dev.minnow.kernel.Assembler.Register.R10;
import static dev.minnow.kernel.Assembler.Register.RAX;
import static dev.minnow.kernel.Assembler.Register.RCX;
import static dev.minnow.kernel.Assembler.Register.RDI;
import static dev.minnow.kernel.Assembler.Register.RDX;

/** A function of contiguous bfloat16 numbers and its gradient, as machine code: a loop around what each function is. */
abstract class ActivationProgram {
  /** The arguments, in their order; the function itself reads no gradient. */
  enum Argument implements CodeArgument {
    IN,
    OUT,
    GRADIENT,
    /** Times 64 bytes, 32 numbers, at least 1. */
    COUNT
  }

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;

  /** Registers with the numbers. */
  static final int[] X = {0, 1};

  /** Registers with the gradients, which only {@link #differentiate} has. */
  static final int[] GRADIENTS = {10, 11};

  /** The first of the registers with {@link #constants}. */
  static final int FIRST_CONSTANT = 16;

  final Assembler a;

  ActivationProgram(Assembler assembler) {
    this.a = assembler;
  }

  /** At most {@link VectorCode#FIRST_CONSTANT} - {@link #FIRST_CONSTANT} numbers, each of which will be in all lanes of a register. */
  abstract float[] constants();

  /** Replaces each number by its function. */
  abstract void evaluate(VectorCode code);

  /** Multiplies each gradient by the derivative at its number, which may be lost. */
  abstract void differentiate(VectorCode code);

  /** out = the function of in. */
  final int forward() {
    return function(false);
  }

  /** out = gradient x the derivative at in. */
  final int backward() {
    return function(true);
  }

  private int function(boolean gradient) {
    VectorCode code = new VectorCode(a);
    float[] constants = constants();
    int first = code.floats(constants);
    int entry = a.position();
    code.loadPowers();
    for (int i = 0; i < constants.length; i++) {
      a.vbroadcastss(FIRST_CONSTANT + i, first + i * Float.BYTES);
    }
    a.movLoad(RAX, RDI, Argument.IN.offset());
    a.movLoad(RDX, RDI, Argument.OUT.offset());
    a.movLoad(R10, RDI, Argument.COUNT.offset());
    if (gradient) {
      a.movLoad(RCX, RDI, Argument.GRADIENT.offset());
    }
    int loop = a.position();
    code.widen(X[0], X[1], RAX);
    if (gradient) {
      code.widen(GRADIENTS[0], GRADIENTS[1], RCX);
      differentiate(code);
      a.vcvtne2ps2bf16(0, GRADIENTS[1], GRADIENTS[0]);
      a.addImmediate(RCX, VECTOR_BYTES);
    } else {
      evaluate(code);
      a.vcvtne2ps2bf16(0, X[1], X[0]);
    }
    a.vmovupsStore(RDX, 0, 0);
    a.addImmediate(RAX, VECTOR_BYTES);
    a.addImmediate(RDX, VECTOR_BYTES);
    a.dec(R10);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return entry;
  }
}
