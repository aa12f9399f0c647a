package dev.minnow.kernel.bfloat;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.lane.VectorCode;

/** SwiGLU of contiguous bfloat16 numbers and its gradient, as machine code: g r u with r = 1 / (1 + exp(-g)). */
final class SwiGluProgram {
  /** The arguments, in their order; the function itself reads no gradient and writes no second result. */
  enum Argument implements CodeArgument {
    GATE,
    UP,
    /** Of the function, or the gate's gradients. */
    OUT,
    /** The other factor's gradients. */
    OUT_UP,
    GRADIENT,
    /** Times 64 bytes, 32 numbers, at least 1. */
    COUNT
  }

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;

  /** The exponent of 2 up to which the reciprocal of r is a number. */
  private static final float MOST = 126;

  /** Gates beyond it have an r of 0 or 1; times 1 - r, which may be some roundings, larger ones would be seen. */
  private static final float SATURATION = 87;

  private static final int[] GATES = {0, 1};
  private static final int[] R = {2, 3};
  private static final int[] SCRATCH = {4, 5, 6, 7};
  private static final int[] UPS = {8, 9};
  private static final int[] GRADIENTS = {10, 11};
  private static final int[] SLOPES = {12, 13};
  private static final int MINUS_LOG2_E = 16;
  private static final int UPPER = 17;
  private static final int LOWER = 18;
  private static final int TWO = 19;
  private static final int MOST_GATE = 20;
  private static final int LEAST_GATE = 21;

  private final Assembler a;

  SwiGluProgram(Assembler assembler) {
    this.a = assembler;
  }

  /** out = gate r up. */
  int forward() {
    return function(false);
  }

  /** out = gradient x up (r + gate r (1 - r)), out of up = gradient x gate r. */
  int backward() {
    return function(true);
  }

  private int function(boolean gradient) {
    VectorCode code = new VectorCode(a);
    int constants = a.floats(-Exponentials.LOG2_E, MOST, -MOST, 2, SATURATION, -SATURATION);
    int entry = a.position();
    code.loadPowers();
    for (int i = MINUS_LOG2_E; i <= LEAST_GATE; i++) {
      a.vbroadcastss(i, constants + (i - MINUS_LOG2_E) * Float.BYTES);
    }
    a.load(RAX, Argument.GATE);
    a.load(RCX, Argument.UP);
    a.load(RDX, Argument.OUT);
    a.load(R10, Argument.COUNT);
    if (gradient) {
      a.load(R8, Argument.OUT_UP);
      a.load(RSI, Argument.GRADIENT);
    }
    int loop = a.position();
    code.widen(GATES[0], GATES[1], RAX);
    code.widen(UPS[0], UPS[1], RCX);
    logistic(code);
    if (gradient) {
      code.widen(GRADIENTS[0], GRADIENTS[1], RSI);
      differentiate();
      code.store(NumberForm.BFLOATS, RDX, UPS[0], UPS[1]);
      code.store(NumberForm.BFLOATS, R8, GATES[0], GATES[1]);
      a.addImmediate(RSI, VECTOR_BYTES);
      a.addImmediate(R8, VECTOR_BYTES);
    } else {
      for (int half = 0; half < 2; half++) {
        a.vmulps(GATES[half], GATES[half], R[half]);
        a.vmulps(GATES[half], GATES[half], UPS[half]);
      }
      code.store(NumberForm.BFLOATS, RDX, GATES[0], GATES[1]);
    }
    a.addImmediate(RAX, VECTOR_BYTES);
    a.addImmediate(RCX, VECTOR_BYTES);
    a.addImmediate(RDX, VECTOR_BYTES);
    a.dec(R10);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  /** R = 1 / (1 + exp(-gate)), where the gate is limited below. */
  private void logistic(VectorCode code) {
    for (int half = 0; half < 2; half++) {
      // Of two numbers the second one comes out where one is NaN.
      a.vmaxps(GATES[half], LEAST_GATE, GATES[half]);
      a.vmulps(R[half], GATES[half], MINUS_LOG2_E);
    }
    code.logistic(R, SCRATCH, LOWER, UPPER, TWO);
  }

  /** The gate's gradient in the place of up, up's in that of the gate. */
  private void differentiate() {
    for (int half = 0; half < 2; half++) {
      int slope = SLOPES[half];
      a.vminps(slope, MOST_GATE, GATES[half]);
      a.vsubps(SCRATCH[half], VectorCode.one(), R[half]);
      a.vmulps(slope, slope, SCRATCH[half]);
      a.vfmadd213ps(slope, R[half], R[half]);
      a.vmulps(UPS[half], UPS[half], GRADIENTS[half]);
      a.vmulps(UPS[half], UPS[half], slope);
      a.vmulps(GATES[half], GATES[half], R[half]);
      a.vmulps(GATES[half], GATES[half], GRADIENTS[half]);
    }
  }
}
