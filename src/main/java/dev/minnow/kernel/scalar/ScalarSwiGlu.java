package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;

/** SwiGLU and its gradient as plain loops. */
final class ScalarSwiGlu {
  private ScalarSwiGlu() {}

  /** out (N, F) from in (N, 2F). */
  static void forward(Tensor out, Tensor in) {
    long f = out.dimension(1);
    for (long i = 0; i < out.elementCount(); i++) {
      long gate = i / f * 2 * f + i % f;
      double g = in.getFloat(gate);
      out.setFloat(i, (float) (g * sigmoid(g) * in.getFloat(gate + f)));
    }
  }

  /** din (N, 2F) from dout (N, F) and in (N, 2F). */
  static void backward(Tensor din, Tensor dout, Tensor in) {
    long f = dout.dimension(1);
    for (long i = 0; i < dout.elementCount(); i++) {
      long gate = i / f * 2 * f + i % f;
      double g = in.getFloat(gate);
      double sigmoid = sigmoid(g);
      double gradient = dout.getFloat(i);
      din.setFloat(gate, (float) (gradient * in.getFloat(gate + f) * sigmoid * (1 + g * (1 - sigmoid))));
      din.setFloat(gate + f, (float) (gradient * g * sigmoid));
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
