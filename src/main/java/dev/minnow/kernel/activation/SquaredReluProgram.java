package dev.minnow.kernel.activation;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.lane.VectorCode;

/** The square of the positive part and its gradient, as machine code. */
public final class SquaredReluProgram extends ActivationProgram {
  private static final int ZERO = 12;

  public SquaredReluProgram(Assembler assembler, NumberForm form) {
    super(assembler, form);
  }

  @Override
  float[] constants() {
    return new float[] {0};
  }

  @Override
  int register(int constant) {
    return ZERO;
  }

  @Override
  void loadFunctions(VectorCode code) {
    // It is made of no other.
  }

  @Override
  void evaluate(VectorCode code) {
    for (int x : X) {
      // Of two numbers the second one comes out where one is NaN.
      a.vmaxps(x, ZERO, x);
      a.vmulps(x, x, x);
    }
  }

  @Override
  void differentiate(VectorCode code) {
    for (int half = 0; half < 2; half++) {
      a.vmaxps(X[half], ZERO, X[half]);
      a.vaddps(X[half], X[half], X[half]);
      a.vmulps(GRADIENTS[half], GRADIENTS[half], X[half]);
    }
  }
}
