package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** Normalisation of heads by the root of their mean square, and its gradients, as plain loops. */
final class ScalarHeadNorm {
  private ScalarHeadNorm() {}

  /** Heads of matrix (N, K) from {@code firstHead} on, in place, with scale (D); kept (N, K') gets what they were. */
  static void forward(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    int d = (int) scale.dimension(0);
    for (int n = 0; n < matrix.dimension(0); n++) {
      for (int head = firstHead; head < firstHead + heads; head++) {
        long at = n * matrix.dimension(1) + (long) head * d;
        double r = reciprocalRoot(matrix, at, d, epsilon);
        for (int i = 0; i < d; i++) {
          float x = matrix.getFloat(at + i);
          if (kept != null) {
            kept.setFloat(n * kept.dimension(1) + (long) head * d + i, x);
          }
          matrix.setFloat(at + i, (float) (x * r * scale.getFloat(i)));
        }
      }
    }
  }

  /**
   * The gradient r (g - x mean(g x)) in the place of that of the result, where x is the normalised head, r its reciprocal root, and g the
   * gradient times scale; dscale (D) += sums over heads and rows of the gradient times x.
   */
  static void backward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    int d = (int) scale.dimension(0);
    double[] sums = new double[d];
    for (int n = 0; n < dmatrix.dimension(0); n++) {
      for (int head = firstHead; head < firstHead + heads; head++) {
        long at = n * dmatrix.dimension(1) + (long) head * d;
        long keptAt = n * kept.dimension(1) + (long) head * d;
        double r = reciprocalRoot(kept, keptAt, d, epsilon);
        double product = 0;
        for (int i = 0; i < d; i++) {
          double normalised = kept.getFloat(keptAt + i) * r;
          product += (double) dmatrix.getFloat(at + i) * scale.getFloat(i) * normalised;
          sums[i] += dmatrix.getFloat(at + i) * normalised;
        }
        for (int i = 0; i < d; i++) {
          double gradient = (double) dmatrix.getFloat(at + i) * scale.getFloat(i);
          dmatrix.setFloat(at + i, (float) (r * (gradient - kept.getFloat(keptAt + i) * r * product / d)));
        }
      }
    }
    for (int i = 0; i < d; i++) {
      dscale.setFloat(i, (float) (dscale.getFloat(i) + sums[i]));
    }
  }

  private static double reciprocalRoot(Tensor matrix, long at, int d, float epsilon) {
    double squares = 0;
    for (int i = 0; i < d; i++) {
      double x = matrix.getFloat(at + i);
      squares += x * x;
    }
    return 1 / Math.sqrt(squares / d + epsilon);
  }
}
