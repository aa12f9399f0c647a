package dev.minnow.kernel.scalar;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.memory.Tensor;

/** Activation functions and their derivatives, as plain loops. */
final class ScalarActivation {
  private static final double GELU_FACTOR = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  private ScalarActivation() {}

  /** out = the function of in. */
  static void forward(Tensor out, Tensor in, ActivationFunction function) {
    for (long i = 0; i < in.elementCount(); i++) {
      out.setFloat(i, (float) value(function, in.getFloat(i)));
    }
  }

  /** din = dout x the derivative at in. */
  static void backward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    for (long i = 0; i < in.elementCount(); i++) {
      din.setFloat(i, (float) (dout.getFloat(i) * derivative(function, in.getFloat(i))));
    }
  }

  private static double value(ActivationFunction function, double x) {
    return switch (function) {
      case GELU -> x / 2 * (1 + geluTanh(x));
      case RELU2 -> Math.max(x, 0) * Math.max(x, 0);
    };
  }

  private static double derivative(ActivationFunction function, double x) {
    return switch (function) {
      case GELU -> {
        double tanh = geluTanh(x);
        double dtanh = (1 - tanh * tanh) * GELU_FACTOR * (1 + 3 * GELU_CUBIC * x * x);
        yield (1 + tanh) / 2 + x / 2 * dtanh;
      }
      case RELU2 -> 2 * Math.max(x, 0);
    };
  }

  private static double geluTanh(double x) {
    return Math.tanh(GELU_FACTOR * (x + GELU_CUBIC * x * x * x));
  }
}
