package dev.minnow.kernel.activation;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.lane.VectorCode;

/** GELU of bfloat16 numbers and its gradient, as machine code: x r with r = 1 / (1 + exp(-2u)), 2u = sqrt(8/pi) (x + 0.044715 x^3). */
public final class GeluProgram extends ActivationProgram {
  private static final double SLOPE = Math.sqrt(8 / Math.PI);
  private static final double CUBIC = 0.044715;

  /** The exponent of 2 beyond which r is 0 or 1, and up to which its reciprocal is a number. */
  private static final float MOST = 126;

  /** Beyond it r is 0 or 1; powers of x would overflow later. */
  private static final float SATURATION = 30;

  private static final int[] R = {2, 3};
  private static final int[] SCRATCH = {4, 5, 6, 7};
  private static final int[] SQUARES = {8, 9};
  private static final int EXPONENT_LINEAR = FIRST_CONSTANT;
  private static final int EXPONENT_CUBIC = FIRST_CONSTANT + 1;
  private static final int UPPER = FIRST_CONSTANT + 2;
  private static final int LOWER = FIRST_CONSTANT + 3;
  private static final int TWO = FIRST_CONSTANT + 4;
  private static final int SLOPE_LINEAR = FIRST_CONSTANT + 5;
  private static final int SLOPE_CUBIC = FIRST_CONSTANT + 6;
  private static final int MOST_X = FIRST_CONSTANT + 7;
  private static final int LEAST_X = FIRST_CONSTANT + 8;

  public GeluProgram(Assembler assembler) {
    super(assembler, NumberForm.BFLOATS);
  }

  @Override
  float[] constants() {
    return new float[] {
        (float) (-SLOPE * Exponentials.LOG2_E),
        (float) (-SLOPE * CUBIC * Exponentials.LOG2_E),
        MOST,
        -MOST,
        2,
        (float) SLOPE,
        (float) (3 * SLOPE * CUBIC),
        SATURATION,
        -SATURATION
    };
  }

  @Override
  void evaluate(VectorCode code) {
    for (int x : X) {
      // Of two numbers the second one comes out where one is NaN.
      a.vmaxps(x, LEAST_X, x);
    }
    logistic(code);
    for (int half = 0; half < 2; half++) {
      a.vmulps(X[half], X[half], R[half]);
    }
  }

  @Override
  void differentiate(VectorCode code) {
    for (int x : X) {
      a.vmaxps(x, LEAST_X, x);
      a.vminps(x, MOST_X, x);
    }
    logistic(code);
    multiplyByDerivative();
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
