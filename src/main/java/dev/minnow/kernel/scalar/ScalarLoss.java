package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;

/** Cross-entropy as plain loops. */
final class ScalarLoss {
  private ScalarLoss() {}

  static void forward(Tensor losses, Tensor logits, Tensor targets) {
    int v = (int) logits.dimension(1);
    for (int n = 0; n < logits.dimension(0); n++) {
      long row = (long) n * v;
      losses.setFloat(n, (float) (logSumExp(logits, row, v) - logits.getFloat(row + targets.getInt(n))));
    }
  }

  static void backward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    int v = (int) logits.dimension(1);
    for (int n = 0; n < logits.dimension(0); n++) {
      long row = (long) n * v;
      int target = targets.getInt(n);
      double logSumExp = logSumExp(logits, row, v);
      losses.setFloat(n, (float) (logSumExp - logits.getFloat(row + target)));
      for (int i = 0; i < v; i++) {
        double probability = Math.exp(logits.getFloat(row + i) - logSumExp);
        double label = (i == target ? 1.0 - smoothing : 0) + (double) smoothing / v;
        dlogits.setFloat(row + i, (float) (gradientScale * (probability - label)));
      }
    }
  }

  /** The log of the sum of exponentials; the largest is taken out first, so that none overflows. */
  private static double logSumExp(Tensor logits, long row, int v) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < v; i++) {
      max = Math.max(max, logits.getFloat(row + i));
    }
    double sum = 0;
    for (int i = 0; i < v; i++) {
      sum += Math.exp(logits.getFloat(row + i) - max);
    }
    return max + Math.log(sum);
  }
}
