package dev.minnow.kernel;

import java.util.function.UnaryOperator;

/**
 * Gradients of float64 functions by central differences of fourth order:
 * (-f(x+2h) + 8 f(x+h) - 8 f(x-h) + f(x-2h)) / 12h = f'(x) - h^4/30 f⁽⁵⁾(x) + ...
 *
 * <p>With h = 2^-10 the first term left out is 3e-14 f⁽⁵⁾, and rounding adds about 2^-53 |f| / h = 1e-13 |f|. The tests' functions are
 * sums of thousands of terms of size 1 at most, so that {@link #ERROR} covers both: a hundredth of what float32 rounding leaves.
 */
final class FiniteDifferences {
  /** Bound on the error of one derivative, for |f| up to 1e4 and |f⁽⁵⁾| up to 1e5. */
  static final double ERROR = 4e-9;

  private static final double STEP = 0x1p-10;

  private FiniteDifferences() {}

  /** The derivative of the sum of {@code weights} times {@code outputs(at)} by each element of {@code at}, which is restored. */
  static double[] gradient(double[] at, double[] weights, UnaryOperator<double[]> outputs) {
    double[] gradient = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double x = at[i];
      double near = moved(at, i, x + STEP, weights, outputs) - moved(at, i, x - STEP, weights, outputs);
      double far = moved(at, i, x + 2 * STEP, weights, outputs) - moved(at, i, x - 2 * STEP, weights, outputs);
      at[i] = x;
      gradient[i] = (8 * near - far) / (12 * STEP);
    }
    return gradient;
  }

  private static double moved(double[] at, int i, double x, double[] weights, UnaryOperator<double[]> outputs) {
    at[i] = x;
    double[] values = outputs.apply(at);
    double sum = 0;
    for (int j = 0; j < values.length; j++) {
      sum += weights[j] * values[j];
    }
    return sum;
  }
}
