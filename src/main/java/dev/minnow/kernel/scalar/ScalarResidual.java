package dev.minnow.kernel.scalar;

import dev.minnow.kernel.Dropout;
import dev.minnow.memory.Tensor;

/** The residual stream and dropout as plain loops. */
final class ScalarResidual {
  private ScalarResidual() {}

  static void add(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    int c = (int) in.dimension(1);
    for (int n = 0; n < in.dimension(0); n++) {
      for (int i = 0; i < c; i++) {
        long at = (long) n * c + i;
        out.setFloat(at, residual.getFloat(at) + in.getFloat(at) * dropout.factor(n, i));
      }
    }
  }

  static void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    int c = (int) dout.dimension(1);
    for (int n = 0; n < dout.dimension(0); n++) {
      for (int i = 0; i < c; i++) {
        long at = (long) n * c + i;
        din.setFloat(at, dout.getFloat(at) * dropout.factor(n, i));
      }
    }
  }
}
