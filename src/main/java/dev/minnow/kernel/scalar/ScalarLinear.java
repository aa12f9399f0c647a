package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** The three matrix multiplies of a linear layer as plain loops. */
final class ScalarLinear {
  private ScalarLinear() {}

  /** out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K). */
  static void forward(Tensor out, Tensor in, Tensor weight, @Nullable Tensor bias) {
    int rows = (int) in.dimension(0);
    int c = (int) in.dimension(1);
    int k = (int) weight.dimension(0);
    for (int n = 0; n < rows; n++) {
      for (int o = 0; o < k; o++) {
        double sum = bias == null ? 0 : bias.getFloat(o);
        for (int i = 0; i < c; i++) {
          sum += (double) in.getFloat((long) n * c + i) * weight.getFloat((long) o * c + i);
        }
        out.setFloat((long) n * k + o, (float) sum);
      }
    }
  }

  /** din (N, C) = dout (N, K) x weight (K, C). */
  static void inputGradient(Tensor din, Tensor dout, Tensor weight) {
    int rows = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) weight.dimension(1);
    for (int n = 0; n < rows; n++) {
      for (int i = 0; i < c; i++) {
        double sum = 0;
        for (int o = 0; o < k; o++) {
          sum += (double) dout.getFloat((long) n * k + o) * weight.getFloat((long) o * c + i);
        }
        din.setFloat((long) n * c + i, (float) sum);
      }
    }
  }

  /** dweight (K, C) += dout (N, K)ᵀ x in (N, C). */
  static void weightGradient(Tensor dweight, Tensor dout, Tensor in) {
    int rows = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) in.dimension(1);
    for (int o = 0; o < k; o++) {
      for (int i = 0; i < c; i++) {
        double sum = dweight.getFloat((long) o * c + i);
        for (int n = 0; n < rows; n++) {
          sum += (double) dout.getFloat((long) n * k + o) * in.getFloat((long) n * c + i);
        }
        dweight.setFloat((long) o * c + i, (float) sum);
      }
    }
  }

  /** dbias (K) += column sums of dout (N, K). */
  static void biasGradient(Tensor dbias, Tensor dout) {
    int k = (int) dout.dimension(1);
    for (int o = 0; o < k; o++) {
      double sum = dbias.getFloat(o);
      for (int n = 0; n < dout.dimension(0); n++) {
        sum += dout.getFloat((long) n * k + o);
      }
      dbias.setFloat(o, (float) sum);
    }
  }
}
