package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.doubles;

import dev.minnow.memory.Tensor;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * How far float32 rounding may take each cell of an operation's result from the exact one, whatever the order of the sums: a sum of m
 * terms, each rounded a few times, is within (m + a few) x {@link #UNIT} x the sum of the terms' magnitudes (Higham, "Accuracy and
 * Stability of Numerical Algorithms", section 4.2). Those of attention are in {@link AttentionReference}.
 */
public final class Tolerances {
  /** Half the distance from 1 to the next float: the most that one rounding changes a number, relative to it. */
  public static final double UNIT = 0x1p-24;

  /** Roundings that a kernel's own exp, tanh or reciprocal root may cost, with the few operations around it. */
  static final int FUNCTION = 16;

  private Tolerances() {}

  /** Cell by cell, of sums whose terms have these summed magnitudes and are rounded this often. */
  static double[] roundings(int count, double[] magnitudes) {
    return DoubleStream.of(magnitudes).map(magnitude -> count * UNIT * magnitude).toArray();
  }

  /** Of out (N, K) = in (N, C) x weight (K, C)ᵀ + bias. */
  public static double[] linear(Tensor in, Tensor weight, @Nullable Tensor bias) {
    int n = (int) in.dimension(0);
    int c = (int) in.dimension(1);
    int k = (int) weight.dimension(0);
    double[] tolerances = new double[n * k];
    for (int cell = 0; cell < tolerances.length; cell++) {
      double magnitude = bias == null ? 0 : Math.abs(bias.getFloat(cell % k));
      for (int i = 0; i < c; i++) {
        magnitude += Math.abs(in.getFloat(cell / k * c + i) * weight.getFloat(cell % k * c + i));
      }
      tolerances[cell] = (c + 2) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** Of din (N, C) = dout (N, K) x weight (K, C). */
  public static double[] linearInputGradient(Tensor dout, Tensor weight) {
    int n = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) weight.dimension(1);
    double[] tolerances = new double[n * c];
    for (int cell = 0; cell < tolerances.length; cell++) {
      double magnitude = 0;
      for (int o = 0; o < k; o++) {
        magnitude += Math.abs(dout.getFloat(cell / c * k + o) * weight.getFloat(o * c + cell % c));
      }
      tolerances[cell] = (k + 1) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** Of dweight (K, C) += dout (N, K)ᵀ x in (N, C), of the dweight before. */
  public static double[] linearWeightGradient(Tensor dweight, Tensor dout, Tensor in) {
    int n = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) in.dimension(1);
    double[] tolerances = new double[k * c];
    for (int cell = 0; cell < tolerances.length; cell++) {
      double magnitude = Math.abs(dweight.getFloat(cell));
      for (int row = 0; row < n; row++) {
        magnitude += Math.abs(dout.getFloat(row * k + cell / c) * in.getFloat(row * c + cell % c));
      }
      tolerances[cell] = (n + 2) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** Of sums (K) += column sums of in (N, K), of the sums before. */
  public static double[] columnSums(Tensor sums, Tensor in) {
    int n = (int) in.dimension(0);
    int k = (int) in.dimension(1);
    double[] tolerances = new double[k];
    for (int o = 0; o < k; o++) {
      double magnitude = Math.abs(sums.getFloat(o));
      for (int row = 0; row < n; row++) {
        magnitude += Math.abs(in.getFloat(row * k + o));
      }
      tolerances[o] = (n + 1) * UNIT * magnitude;
    }
    return tolerances;
  }

  /**
   * Of layerNorm's out (N, C): with r the reciprocal deviation, r x scale x (in - mean) + shift. The sums over C behind the mean and r
   * cost C roundings each.
   */
  static double[] layerNorm(Tensor in, Tensor reciprocalDeviation, Tensor scale, Tensor shift) {
    int c = (int) in.dimension(1);
    double[] tolerances = normalisedMagnitudes(in, reciprocalDeviation);
    for (int cell = 0; cell < tolerances.length; cell++) {
      double magnitude = Math.abs(scale.getFloat(cell % c)) * tolerances[cell] + Math.abs(shift.getFloat(cell % c));
      tolerances[cell] = (2 * c + FUNCTION) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** Of layerNormBackward's din (N, C) += r (g - mean(g) - x mean(g x)), g = dout x scale, of the din before. */
  static double[] layerNormInputGradient(Tensor din, Tensor dout, Tensor in, Tensor reciprocalDeviation, Tensor scale) {
    int c = (int) in.dimension(1);
    double[] x = normalisedMagnitudes(in, reciprocalDeviation);
    double[] tolerances = new double[x.length];
    for (int row = 0; row < x.length; row += c) {
      double meanG = 0;
      double meanGx = 0;
      for (int i = 0; i < c; i++) {
        double g = Math.abs(dout.getFloat(row + i) * scale.getFloat(i));
        meanG += g / c;
        meanGx += g * x[row + i] / c;
      }
      for (int i = 0; i < c; i++) {
        double g = Math.abs(dout.getFloat(row + i) * scale.getFloat(i));
        double gradient = reciprocalDeviation.getFloat(row / c) * (g + meanG + x[row + i] * meanGx);
        tolerances[row + i] = (4 * c + FUNCTION) * UNIT * (gradient + Math.abs(din.getFloat(row + i)));
      }
    }
    return tolerances;
  }

  /** Of layerNormBackward's dscale (C) += column sums of dout x the normalised in, of the dscale before. */
  static double[] layerNormScaleGradient(Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalDeviation) {
    int c = (int) in.dimension(1);
    double[] x = normalisedMagnitudes(in, reciprocalDeviation);
    double[] tolerances = new double[c];
    for (int i = 0; i < c; i++) {
      double magnitude = Math.abs(dscale.getFloat(i));
      for (int cell = i; cell < x.length; cell += c) {
        magnitude += Math.abs(dout.getFloat(cell)) * x[cell];
      }
      tolerances[i] = (2L * c + in.dimension(0) + FUNCTION) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** r (|in| + mean |in|) for each cell of in (N, C): what the roundings of in - mean are relative to. */
  private static double[] normalisedMagnitudes(Tensor in, Tensor reciprocalDeviation) {
    int c = (int) in.dimension(1);
    double[] magnitudes = new double[(int) in.elementCount()];
    for (int row = 0; row < magnitudes.length; row += c) {
      double mean = 0;
      for (int i = 0; i < c; i++) {
        mean += Math.abs(in.getFloat(row + i)) / c;
      }
      for (int i = 0; i < c; i++) {
        magnitudes[row + i] = reciprocalDeviation.getFloat(row / c) * (Math.abs(in.getFloat(row + i)) + mean);
      }
    }
    return magnitudes;
  }

  /** Of rmsNorm's out (N, C): with r the reciprocal root, r x in x scale; the sum over C behind r costs C roundings. */
  static double[] rmsNorm(Tensor in, Tensor reciprocalRoot, Tensor scale) {
    int c = (int) in.dimension(1);
    double[] tolerances = doubles(in);
    for (int cell = 0; cell < tolerances.length; cell++) {
      double magnitude = Math.abs(tolerances[cell] * scale.getFloat(cell % c)) * reciprocalRoot.getFloat(cell / c);
      tolerances[cell] = (c + FUNCTION) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** Of rmsNormBackward's din (N, C) += r (g - x mean(g x)), g = dout x scale, of the din before. */
  static double[] rmsNormInputGradient(Tensor din, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    int c = (int) in.dimension(1);
    double[] tolerances = doubles(din);
    for (int row = 0; row < tolerances.length; row += c) {
      double r = reciprocalRoot.getFloat(row / c);
      double mean = 0;
      for (int i = 0; i < c; i++) {
        mean += Math.abs(dout.getFloat(row + i) * scale.getFloat(i) * in.getFloat(row + i)) * r / c;
      }
      for (int i = 0; i < c; i++) {
        double gradient = r * (Math.abs(dout.getFloat(row + i) * scale.getFloat(i)) + Math.abs(in.getFloat(row + i)) * r * mean);
        tolerances[row + i] = (2 * c + FUNCTION) * UNIT * (gradient + Math.abs(tolerances[row + i]));
      }
    }
    return tolerances;
  }

  /** Of rmsNormBackward's dscale (C) += column sums of dout x the normalised in, of the dscale before. */
  static double[] rmsNormScaleGradient(Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot) {
    int c = (int) in.dimension(1);
    int n = (int) in.dimension(0);
    double[] tolerances = doubles(dscale);
    for (int i = 0; i < c; i++) {
      double magnitude = Math.abs(tolerances[i]);
      for (int row = 0; row < n; row++) {
        magnitude += Math.abs(dout.getFloat(row * c + i) * in.getFloat(row * c + i)) * reciprocalRoot.getFloat(row);
      }
      tolerances[i] = (n + FUNCTION) * UNIT * magnitude;
    }
    return tolerances;
  }

  /** Of headNorm's matrix (N, K), from what it was: r x scale, where the sum over D behind r costs D roundings; other columns stay. */
  static double[] headNorm(double[] matrix, Tensor scale, int k, int firstHead, int heads) {
    int d = (int) scale.dimension(0);
    double[] tolerances = new double[matrix.length];
    for (int row = 0; row < matrix.length; row += k) {
      for (int at = row + firstHead * d; at < row + (firstHead + heads) * d; at += d) {
        double r = reciprocalRoot(matrix, at, d);
        for (int i = 0; i < d; i++) {
          tolerances[at + i] = (d + FUNCTION) * UNIT * Math.abs(matrix[at + i] * scale.getFloat(i)) * r;
        }
      }
    }
    return tolerances;
  }

  private static double reciprocalRoot(double[] matrix, int at, int d) {
    double squares = 0;
    for (int i = at; i < at + d; i++) {
      squares += matrix[i] * matrix[i];
    }
    return 1 / Math.sqrt(squares / d + 1e-5);
  }

  /** Of headNormBackward's dmatrix (N, K) = r (g - x mean(g x)), g = dout x scale; columns of no head stay. */
  static double[] headNormInputGradient(double[] dout, double[] matrix, Tensor scale, int k, int firstHead, int heads) {
    int d = (int) scale.dimension(0);
    double[] tolerances = new double[dout.length];
    for (int row = 0; row < dout.length; row += k) {
      for (int at = row + firstHead * d; at < row + (firstHead + heads) * d; at += d) {
        double r = reciprocalRoot(matrix, at, d);
        double mean = 0;
        for (int i = 0; i < d; i++) {
          mean += Math.abs(dout[at + i] * scale.getFloat(i) * matrix[at + i]) * r / d;
        }
        for (int i = 0; i < d; i++) {
          double gradient = r * (Math.abs(dout[at + i] * scale.getFloat(i)) + Math.abs(matrix[at + i]) * r * mean);
          tolerances[at + i] = (2 * d + FUNCTION) * UNIT * gradient;
        }
      }
    }
    return tolerances;
  }

  /** Of headNormBackward's dscale (D) += sums over heads and rows of dout x the normalised matrix, of the dscale before. */
  static double[] headNormScaleGradient(Tensor dscale, double[] dout, double[] matrix, int k, int firstHead, int heads) {
    double[] magnitudes = Cells.magnitudes(doubles(dscale));
    int d = magnitudes.length;
    for (int row = 0; row < dout.length; row += k) {
      for (int at = row + firstHead * d; at < row + (firstHead + heads) * d; at += d) {
        double r = reciprocalRoot(matrix, at, d);
        for (int i = 0; i < d; i++) {
          magnitudes[i] += Math.abs(dout[at + i] * matrix[at + i]) * r;
        }
      }
    }
    return roundings(dout.length / k * heads + d + FUNCTION, magnitudes);
  }

  /** Of a rotation of matrix (N, K) by turns (T, D): two products and a sum; columns behind the heads stay. */
  static double[] rotation(Tensor matrix, Tensor turns, int heads, int context, int position) {
    int k = (int) matrix.dimension(1);
    int d = (int) turns.dimension(1);
    double[] tolerances = new double[(int) matrix.elementCount()];
    for (int cell = 0; cell < tolerances.length; cell++) {
      int column = cell % k;
      if (column < heads * d) {
        int pair = column % d % (d / 2);
        int turn = (cell / k % context + position) * d + pair;
        int x = cell - column % d + pair;
        double largest = Math.max(Math.abs(turns.getFloat(turn)), Math.abs(turns.getFloat(turn + d / 2)));
        tolerances[cell] = 3 * UNIT * largest * (Math.abs(matrix.getFloat(x)) + Math.abs(matrix.getFloat(x + d / 2)));
      }
    }
    return tolerances;
  }

  /** Of swiGlu: g / (1 + exp(-g)) x u. */
  static double[] swiGlu(Tensor in) {
    int f = (int) in.dimension(1) / 2;
    double[] tolerances = new double[(int) in.elementCount() / 2];
    for (int cell = 0; cell < tolerances.length; cell++) {
      int gate = cell / f * 2 * f + cell % f;
      tolerances[cell] = FUNCTION * UNIT * Math.abs((double) in.getFloat(gate) * in.getFloat(gate + f));
    }
    return tolerances;
  }

  /**
   * Of swiGluBackward: dout u (r + g r (1 - r)) and dout g r, r = 1 / (1 + exp(-g)) and 1 - r cancels.
   *
   * @param errors of dout, cell by cell
   */
  static double[] swiGluBackward(double[] dout, double[] errors, Tensor in) {
    int f = (int) in.dimension(1) / 2;
    double[] tolerances = new double[(int) in.elementCount()];
    for (int cell = 0; cell < dout.length; cell++) {
      int gate = cell / f * 2 * f + cell % f;
      double g = Math.abs(in.getFloat(gate));
      double error = FUNCTION * UNIT * Math.abs(dout[cell]) + errors[cell];
      tolerances[gate] = error * Math.abs(in.getFloat(gate + f)) * (1 + g);
      tolerances[gate + f] = error * g;
    }
    return tolerances;
  }

  /** Of gelu: x/2 (1 + tanh u), where the sum cancels for negative x. */
  static double[] gelu(Tensor in) {
    return DoubleStream.of(doubles(in)).map(x -> FUNCTION * UNIT * Math.abs(x)).toArray();
  }

  /**
   * Of geluBackward: dout (r + x r (1 - r) a') with r = 1 / (1 + exp(-a)), a = sqrt(8/pi) (x + 0.044715 x^3). Both r and 1 - r keep their
   * digits however small they are, but for those that the exponential loses by roundings of a; the scalar kernel takes them from 1 in
   * double.
   */
  static double[] geluBackward(Tensor dout, Tensor in) {
    double[] tolerances = doubles(in);
    for (int i = 0; i < tolerances.length; i++) {
      double x = tolerances[i];
      double a = Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x);
      double factor = Math.abs(x) * Math.sqrt(8 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      double r = 1 / (1 + Math.exp(-a));
      double both = r / (1 + Math.exp(a));
      double error = FUNCTION * UNIT * (r + both * (factor + Math.abs(a) * (1 + factor))) + Math.ulp(1.0) * (1 + factor);
      tolerances[i] = Math.abs(dout.getFloat(i)) * error;
    }
    return tolerances;
  }

  /** Of the square of the positive part. */
  static double[] squaredRelu(Tensor in) {
    return DoubleStream.of(doubles(in)).map(x -> FUNCTION * UNIT * x * x).toArray();
  }

  /** Of its gradient: 2 dout x. */
  static double[] squaredReluBackward(Tensor dout, Tensor in) {
    double[] tolerances = doubles(in);
    for (int i = 0; i < tolerances.length; i++) {
      tolerances[i] = FUNCTION * UNIT * Math.abs(2 * dout.getFloat(i) * tolerances[i]);
    }
    return tolerances;
  }

  /** Of an activation function. */
  static double[] activation(ActivationFunction function, Tensor in) {
    return switch (function) {
      case GELU -> gelu(in);
      case RELU2 -> squaredRelu(in);
    };
  }

  /** Of the gradient of an activation function. */
  static double[] activationBackward(ActivationFunction function, Tensor dout, Tensor in) {
    return switch (function) {
      case GELU -> geluBackward(dout, in);
      case RELU2 -> squaredReluBackward(dout, in);
    };
  }

  /** Of crossEntropy's losses (N): largest logit + log of the sum - target's logit. */
  static double[] losses(Tensor logits) {
    int v = (int) logits.dimension(1);
    double[] tolerances = new double[(int) logits.dimension(0)];
    for (int n = 0; n < tolerances.length; n++) {
      tolerances[n] = UNIT * (v + FUNCTION + 4 * largestMagnitude(logits, n));
    }
    return tolerances;
  }

  /** Of crossEntropy's gradient (N, V) = gradientScale x (softmax of logits - one-hot(targets)). */
  static double[] logitGradients(Tensor logits, Tensor targets, double[] softmax, float gradientScale, float smoothing) {
    int v = (int) logits.dimension(1);
    double[] tolerances = new double[softmax.length];
    for (int cell = 0; cell < softmax.length; cell++) {
      double relative = v + FUNCTION + 4 * largestMagnitude(logits, cell / v);
      double oneHot = targets.getInt(cell / v) == cell % v ? 1 : 0;
      tolerances[cell] = UNIT * Math.abs(gradientScale) * (relative * softmax[cell] + 2 * oneHot + 4 * smoothing / v) + Float.MIN_NORMAL;
    }
    return tolerances;
  }

  private static double largestMagnitude(Tensor logits, int row) {
    double largest = 0;
    for (int i = 0; i < logits.dimension(1); i++) {
      largest = Math.max(largest, Math.abs(logits.getFloat(row * logits.dimension(1) + i)));
    }
    return largest;
  }
}
