package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;

/** Layer normalisation and its gradients as plain loops. */
final class ScalarLayerNorm {
  private ScalarLayerNorm() {}

  /** out (N, C) from in (N, C), scale (C) and shift (C); keeps mean (N) and reciprocalDeviation (N). */
  static void forward(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    int c = (int) in.dimension(1);
    for (int n = 0; n < in.dimension(0); n++) {
      long row = (long) n * c;
      double sum = 0;
      for (int i = 0; i < c; i++) {
        sum += in.getFloat(row + i);
      }
      double m = sum / c;
      double squares = 0;
      for (int i = 0; i < c; i++) {
        double centred = in.getFloat(row + i) - m;
        squares += centred * centred;
      }
      double r = 1 / Math.sqrt(squares / c + epsilon);
      for (int i = 0; i < c; i++) {
        out.setFloat(row + i, (float) ((in.getFloat(row + i) - m) * r * scale.getFloat(i) + shift.getFloat(i)));
      }
      mean.setFloat(n, (float) m);
      reciprocalDeviation.setFloat(n, (float) r);
    }
  }

  /**
   * din (N, C) += r (g - mean(g) - x mean(g x)), where x is the normalised row, r its reciprocal deviation, and g the row of dout (N, C)
   * times scale (C): the norm takes a row's mean and its length out, so the gradient has no part along either.
   */
  static void inputGradient(Tensor din, Tensor dout, Tensor in, Tensor mean, Tensor reciprocalDeviation, Tensor scale) {
    int c = (int) in.dimension(1);
    for (int n = 0; n < in.dimension(0); n++) {
      long row = (long) n * c;
      double m = mean.getFloat(n);
      double r = reciprocalDeviation.getFloat(n);
      double sum = 0;
      double sumTimesNormalised = 0;
      for (int i = 0; i < c; i++) {
        double g = (double) dout.getFloat(row + i) * scale.getFloat(i);
        sum += g;
        sumTimesNormalised += g * (in.getFloat(row + i) - m) * r;
      }
      for (int i = 0; i < c; i++) {
        double g = (double) dout.getFloat(row + i) * scale.getFloat(i);
        double normalised = (in.getFloat(row + i) - m) * r;
        double gradient = r * (g - sum / c - normalised * sumTimesNormalised / c);
        din.setFloat(row + i, (float) (din.getFloat(row + i) + gradient));
      }
    }
  }

  /** dscale (C) += sums over rows of dout times the normalised in; dshift (C) += column sums of dout. */
  static void parameterGradients(
      Tensor dscale, Tensor dshift, Tensor dout, Tensor in, Tensor mean, Tensor reciprocalDeviation) {
    int c = (int) in.dimension(1);
    for (int i = 0; i < c; i++) {
      double scaleSum = dscale.getFloat(i);
      double shiftSum = dshift.getFloat(i);
      for (int n = 0; n < in.dimension(0); n++) {
        double g = dout.getFloat((long) n * c + i);
        scaleSum += g * ((double) in.getFloat((long) n * c + i) - mean.getFloat(n)) * reciprocalDeviation.getFloat(n);
        shiftSum += g;
      }
      dscale.setFloat(i, (float) scaleSum);
      dshift.setFloat(i, (float) shiftSum);
    }
  }
}
