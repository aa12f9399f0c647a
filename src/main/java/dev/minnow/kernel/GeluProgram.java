package dev.minnow.kernel;

import static dev.minnow.kernel.Assembler.Register.R10;
import static dev.minnow.kernel.Assembler.Register.RAX;
import static dev.minnow.kernel.Assembler.Register.RCX;
import static dev.minnow.kernel.Assembler.Register.RDI;
import static dev.minnow.kernel.Assembler.Register.RDX;

/**
 * GELU of contiguous bfloat16 numbers and its gradient, as machine code: x r with r = 1 / (1 + exp(-2u)), 2u = sqrt(8/pi) (x + 0.044715
 * x^3).
 */
final class GeluProgram {
  /** The arguments, in their order; the function itself reads no gradient. */
  enum Argument implements CodeArgument {
    IN,
    OUT,
    GRADIENT,
    /** Times 64 bytes, 32 numbers, at least 1. */
    COUNT
  }

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;
  private static final double SLOPE = Math.sqrt(8 / Math.PI);
  private static final double CUBIC = 0.044715;

  /** The exponent of 2 beyond which r is 0 or 1, and up to which its reciprocal is a number. */
  private static final float MOST = 126;

  /** Beyond it r is 0 or 1; powers of x would overflow later. */
  private static final float SATURATION = 30;

  private static final int[] X = {0, 1};
  private static final int[] R = {2, 3};
  private static final int[] SCRATCH = {4, 5, 6, 7};
  private static final int[] SQUARES = {8, 9};
  private static final int[] GRADIENTS = {10, 11};
  private static final int EXPONENT_LINEAR = 16;
  private static final int EXPONENT_CUBIC = 17;
  private static final int UPPER = 18;
  private static final int LOWER = 19;
  private static final int TWO = 20;
  private static final int SLOPE_LINEAR = 21;
  private static final int SLOPE_CUBIC = 22;
  private static final int MOST_X = 23;
  private static final int LEAST_X = 24;

  private final Assembler a;

  GeluProgram(Assembler assembler) {
    this.a = assembler;
  }

  /** out = gelu(in). */
  int forward() {
    return function(false);
  }

  /** out = gradient x gelu'(in). */
  int backward() {
    return function(true);
  }

  private int function(boolean gradient) {
    VectorCode code = new VectorCode(a);
    int constants =
        code.floats(
            (float) (-SLOPE * VectorCode.LOG2_E),
            (float) (-SLOPE * CUBIC * VectorCode.LOG2_E),
            MOST,
            -MOST,
            2,
            (float) SLOPE,
            (float) (3 * SLOPE * CUBIC),
            SATURATION,
            -SATURATION);
    int entry = a.position();
    code.loadPowers();
    for (int i = EXPONENT_LINEAR; i <= LEAST_X; i++) {
      a.vbroadcastss(i, constants + (i - EXPONENT_LINEAR) * Float.BYTES);
    }
    a.movLoad(RAX, RDI, Argument.IN.offset());
    a.movLoad(RDX, RDI, Argument.OUT.offset());
    a.movLoad(R10, RDI, Argument.COUNT.offset());
    if (gradient) {
      a.movLoad(RCX, RDI, Argument.GRADIENT.offset());
    }
    int loop = a.position();
    code.widen(X[0], X[1], RAX);
    // Of two numbers the second one comes out where one is NaN.
    for (int half = 0; half < 2; half++) {
      a.vmaxps(X[half], LEAST_X, X[half]);
      if (gradient) {
        a.vminps(X[half], MOST_X, X[half]);
      }
    }
    logistic(code);
    if (gradient) {
      code.widen(GRADIENTS[0], GRADIENTS[1], RCX);
      multiplyByDerivative();
      a.vcvtne2ps2bf16(0, GRADIENTS[1], GRADIENTS[0]);
      a.addImmediate(RCX, VECTOR_BYTES);
    } else {
      for (int half = 0; half < 2; half++) {
        a.vmulps(X[half], X[half], R[half]);
      }
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

  /** R = 1 / (1 + exp(-2u)); squares of x stay. */
  private void logistic(VectorCode code) {
    for (int half = 0; half < 2; half++) {
      a.vmulps(SQUARES[half], X[half], X[half]);
      a.vmovaps(R[half], EXPONENT_CUBIC);
      a.vfmadd213ps(R[half], SQUARES[half], EXPONENT_LINEAR);
      a.vmulps(R[half], R[half], X[half]);
    }
    code.logistic(R, SCRATCH, LOWER, UPPER, TWO);
  }

  /** The gradient x (r + x r (1 - r) 2u'). */
  private void multiplyByDerivative() {
    for (int half = 0; half < 2; half++) {
      int slope = SQUARES[half];
      a.vfmadd213ps(slope, SLOPE_CUBIC, SLOPE_LINEAR);
      a.vmulps(slope, slope, X[half]);
      a.vsubps(SCRATCH[half], VectorCode.one(), R[half]);
      a.vmulps(slope, slope, SCRATCH[half]);
      a.vfmadd213ps(slope, R[half], R[half]);
      a.vmulps(GRADIENTS[half], GRADIENTS[half], slope);
    }
  }
}
