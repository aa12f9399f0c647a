package dev.minnow.kernel.activation;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.ExponentialCode;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.lane.VectorCode;

/** GELU of floats and its gradient, as machine code: what {@link VectorGelu} computes, to the last bit. */
final class ExactGeluProgram extends ActivationProgram {
  private static final int E = 4;
  private static final int R = 5;
  private static final int[] SCRATCH = {6, 7, 8};
  private static final int CUBIC = 9;
  private static final int LINEAR = 12;
  private static final int ONE = 13;
  private static final int SLOPE_CUBIC = 14;
  private static final int MOST_X = 15;

  /** The index of the one constant for which 16 registers are too few. */
  private static final int LEAST_X = 5;

  /** Masks, or registers for AVX2. */
  private static final int UNDER = 2;
  private static final int OVER = 3;

  private final ExponentialCode exponential;

  ExactGeluProgram(Assembler assembler) {
    super(assembler, NumberForm.FLOATS);
    exponential = new ExponentialCode(assembler);
  }

  @Override
  float[] constants() {
    return new float[] {
        VectorGelu.CUBIC, VectorGelu.LINEAR, 1, -3 * VectorGelu.CUBIC, VectorGelu.SATURATION, -VectorGelu.SATURATION
    };
  }

  @Override
  int register(int constant) {
    return constant == 0 ? CUBIC : LINEAR + constant - 1;
  }

  @Override
  void loadFunctions(VectorCode code) {
    exponential.load();
  }

  @Override
  void evaluate(VectorCode code) {
    for (int x : X) {
      exponential(x);
      a.vaddps(E, E, ONE);
      a.vdivps(x, x, E);
    }
  }

  @Override
  void differentiate(VectorCode code) {
    for (int half = 0; half < 2; half++) {
      int x = X[half];
      // Of two numbers the second one comes out where one is NaN.
      a.vminps(x, MOST_X, x);
      a.vmaxps(x, constant(LEAST_X).inRegister(a, E), x);
      exponential(x);
      a.vaddps(R, E, ONE);
      a.vdivps(R, ONE, R);
      int complement = SCRATCH[0];
      a.vmulps(complement, E, R);
      // One, also where the exponential is infinite.
      a.vminps(complement, complement, ONE);
      int slope = E;
      a.vmulps(slope, x, x);
      a.vfmsub213ps(slope, SLOPE_CUBIC, LINEAR);
      a.vmulps(x, x, R);
      a.vmulps(x, x, complement);
      a.vfmadd213ps(x, slope, R);
      a.vmulps(GRADIENTS[half], GRADIENTS[half], x);
    }
  }

  /** E = exp(-2u). */
  private void exponential(int x) {
    a.vmulps(E, x, x);
    a.vfmadd213ps(E, CUBIC, LINEAR);
    a.vmulps(E, E, x);
    exponential.replace(E, SCRATCH, UNDER, OVER);
  }
}
