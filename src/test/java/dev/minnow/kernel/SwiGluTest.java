package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** SwiGLU against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class SwiGluTest {
  private final Kernel kernel;

  SwiGluTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 8", "5, 20", "17, 33", "40, 64", "33, 1100"})
  void outputsAreThoseOfTheReference(int n, int f) {
    try (Operands operands = new Operands(kernel, n * 101L + f)) {
      Tensor in = operands.operand("in", () -> 3 * operands.random().nextGaussian(), n, 2L * f);
      Tensor out = operands.operandOutput("out", n, f);
      kernel.swiGlu(out, in);
      assertWithin(Tolerances.swiGlu(in), forward(doubles(in), f), out, "out, " + operands);
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 8", "5, 20", "17, 33", "33, 32"})
  void gradientIsThatOfTheReference(int n, int f) {
    try (Operands operands = new Operands(kernel, n * 101L + f)) {
      Tensor in = operands.operand("in", () -> 2 * operands.random().nextGaussian(), n, 2L * f);
      Tensor dout = operands.operand("dout", n, f);
      Tensor din = operands.operandOutput("din", n, 2L * f);
      kernel.swiGluBackward(din, dout, in);
      double[] expected = gradient(doubles(in), doubles(dout), moved -> forward(moved, f));
      assertGradient(Tolerances.swiGluBackward(doubles(dout), new double[n * f], in), expected, din, "din, " + operands);
      operands.checkIntact();
    }
  }

  /** From where the sigmoid is 0 or 1 to the largest numbers, zeros and the smallest numbers. */
  @Test
  void extremeGatesGiveFiniteOutputsAndGradients() {
    float[] gates = {0, -0f, 1e-45f, -1e-38f, 1e-20f, 4.9f, -20, 60, -86.5f, 88, -89, 200, -1e4f, 1e6f, -1e12f, 1e30f, -3e38f};
    checkExtremes(gates, gates.length);
    // Whole blocks, which have code of their own.
    checkExtremes(gates, 32);
  }

  private void checkExtremes(float[] gates, int f) {
    try (Operands operands = new Operands(kernel, 1)) {
      int[] next = {0};
      Tensor in = operands.operand("in", () -> next[0]++ < f ? gates[(next[0] - 1) % gates.length] : 0.5, 1, 2L * f);
      Tensor ones = operands.operand("dout", () -> 1, 1, f);
      Tensor out = operands.operandOutput("out", 1, f);
      Tensor din = operands.operandOutput("din", 1, 2L * f);
      kernel.swiGlu(out, in);
      kernel.swiGluBackward(din, ones, in);
      double[] outTolerances = new double[f];
      double[] tolerances = new double[2 * f];
      double[] derivatives = new double[2 * f];
      for (int i = 0; i < f; i++) {
        double g = in.getFloat(i);
        double r = 1 / (1 + Math.exp(-g));
        outTolerances[i] = Tolerances.FUNCTION * Tolerances.UNIT * Math.min(Math.abs(g), 30) + Float.MIN_NORMAL;
        derivatives[i] = 0.5 * (g < -700 ? 0 : r * (1 + g * (1 - r)));
        derivatives[f + i] = g < -700 ? 0 : g * r;
        tolerances[i] = 1e-4;
        tolerances[f + i] = 1e-4 * Math.max(1, derivatives[f + i]);
      }
      assertWithin(outTolerances, Arrays.copyOf(halves(derivatives, f), f), out, "out");
      assertWithin(tolerances, derivatives, din, "din");
      operands.checkIntact();
    }
  }

  private static double[] halves(double[] derivatives, int f) {
    return Arrays.stream(derivatives, f, 2 * f).map(x -> x / 2).toArray();
  }

  private static double[] forward(double[] in, int f) {
    double[] out = new double[in.length / 2];
    for (int i = 0; i < out.length; i++) {
      int gate = i / f * 2 * f + i % f;
      out[i] = in[gate] / (1 + Math.exp(-in[gate])) * in[gate + f];
    }
    return out;
  }
}
