package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;

/** Normalisation by the root of the mean square, and its gradients, as plain loops. */
final class ScalarRmsNorm {
  private ScalarRmsNorm() {}

  /** out (N, C) from in (N, C) and scale (C); keeps reciprocalRoot (N). */
  static void forward(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    int c = (int) in.dimension(1);
    for (int n = 0; n < in.dimension(0); n++) {
      long row = (long) n * c;
      double squares = 0;
      for (int i = 0; i < c; i++) {
        double x = in.getFloat(row + i);
        squares += x * x;
      }
      double r = 1 / Math.sqrt(squares / c + epsilon);
      for (int i = 0; i < c; i++) {
        out.setFloat(row + i, (float) (in.getFloat(row + i) * r * scale.getFloat(i)));
      }
      reciprocalRoot.setFloat(n, (float) r);
    }
  }

  /**
   * din (N, C) += r (g - x mean(g x)), where x is the normalised row, r its reciprocal root, and g the row of dout (N, C) times scale
   * (C): the norm takes a row's length out, so the gradient has no part along it.
   */
  static void inputGradient(Tensor din, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    int c = (int) in.dimension(1);
    for (int n = 0; n < in.dimension(0); n++) {
      long row = (long) n * c;
      double r = reciprocalRoot.getFloat(n);
      double sum = 0;
      for (int i = 0; i < c; i++) {
        sum += (double) dout.getFloat(row + i) * scale.getFloat(i) * in.getFloat(row + i) * r;
      }
      for (int i = 0; i < c; i++) {
        double g = (double) dout.getFloat(row + i) * scale.getFloat(i);
        double gradient = r * (g - in.getFloat(row + i) * r * sum / c);
        din.setFloat(row + i, (float) (din.getFloat(row + i) + gradient));
      }
    }
  }

  /** dscale (C) += sums over rows of dout times the normalised in. */
  static void scaleGradient(Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot) {
    int c = (int) in.dimension(1);
    for (int i = 0; i < c; i++) {
      double sum = dscale.getFloat(i);
      for (int n = 0; n < in.dimension(0); n++) {
        long at = (long) n * c + i;
        sum += (double) dout.getFloat(at) * in.getFloat(at) * reciprocalRoot.getFloat(n);
      }
      dscale.setFloat(i, (float) sum);
    }
  }
}
