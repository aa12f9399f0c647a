package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** GELU against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class GeluTest {
  private final Kernel kernel;

  GeluTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 8", "5, 20", "17, 33"})
  void outputsAreThoseOfTheReference(int n, int c) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.operand("in", () -> 3 * operands.random().nextGaussian(), n, c);
      Tensor out = operands.operandOutput("out", n, c);
      kernel.activate(out, in, ActivationFunction.GELU);
      assertWithin(Tolerances.gelu(in), forward(doubles(in)), out, "out, " + operands);
      operands.checkIntact();
    }
  }

  /** From where tanh is 1 to where x^3 overflows, zeros and the smallest numbers. */
  @Test
  void extremeInputsGiveFiniteOutputsAndGradients() {
    float[] values = {0, -0f, 1e-45f, -1e-38f, 1e-20f, 4.9f, -5, 9, -9.5f, 20, -50, 1e4f, -1e6f, 1e12f, -1e15f, 1e30f, -3e38f};
    try (Operands operands = new Operands(kernel, 1)) {
      Tensor in = operands.operand("in", from(values), 1, values.length);
      Tensor ones = operands.operand("dout", () -> 1, 1, values.length);
      Tensor out = operands.operandOutput("out", 1, values.length);
      Tensor din = operands.operandOutput("din", 1, values.length);
      kernel.activate(out, in, ActivationFunction.GELU);
      kernel.activateBackward(din, ones, in, ActivationFunction.GELU);
      double[] tolerances = new double[values.length];
      double[] derivatives = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        tolerances[i] = Tolerances.FUNCTION * Tolerances.UNIT * Math.min(Math.abs(values[i]), 10) + Float.MIN_NORMAL;
        derivatives[i] = Math.abs(values[i]) < 0.1 ? 0.5 : derivative(values[i]);
      }
      assertWithin(tolerances, forward(doubles(in)), out, "out");
      Arrays.fill(tolerances, 1e-4);
      assertWithin(tolerances, derivatives, din, "din");
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 8", "5, 20", "17, 33"})
  void gradientIsThatOfTheReference(int n, int c) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.operand("in", () -> 2 * operands.random().nextGaussian(), n, c);
      Tensor dout = operands.operand("dout", n, c);
      Tensor din = operands.operandOutput("din", n, c);
      kernel.activateBackward(din, dout, in, ActivationFunction.GELU);
      double[] expected = gradient(doubles(in), doubles(dout), GeluTest::forward);
      assertGradient(Tolerances.geluBackward(dout, in), expected, din, "din, " + operands);
      operands.checkIntact();
    }
  }

  /** Where the logistic function is nearly 0 or 1, what is left to 1 counts. */
  @Test
  void gradientsOfLargeNumbersLoseNoDigits() {
    try (Operands operands = new Operands(kernel, 5)) {
      double[] values = IntStream.range(0, 64).mapToDouble(i -> (i - 32) / 4.0).toArray();
      Tensor in = operands.operand("in", DoubleStream.of(values).iterator()::nextDouble, 1, values.length);
      Tensor ones = operands.operand("dout", () -> 1, 1, values.length);
      Tensor din = operands.operandOutput("din", 1, values.length);
      kernel.activateBackward(din, ones, in, ActivationFunction.GELU);
      double[] expected = DoubleStream.of(values).map(x -> {
        double r = 1 / (1 + Math.exp(-Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x)));
        double complement = 1 / (1 + Math.exp(Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x)));
        return r + x * r * complement * Math.sqrt(8 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      }).toArray();
      assertWithin(Tolerances.geluBackward(ones, in), expected, din, "din");
      operands.checkIntact();
    }
  }

  @Test
  void gradientMayOverwriteTheOutputGradient() {
    try (Operands operands = new Operands(kernel, 3)) {
      Tensor in = operands.operand("in", 3, 37);
      Tensor dout = operands.operandInOut("dout", 3, 37);
      double[] tolerances = Tolerances.geluBackward(dout, in);
      double[] expected = gradient(doubles(in), doubles(dout), GeluTest::forward);
      kernel.activateBackward(dout, dout, in, ActivationFunction.GELU);
      assertGradient(tolerances, expected, dout, "din in the place of dout");
      operands.checkIntact();
    }
  }

  private static DoubleSupplier from(float[] values) {
    int[] next = {0};
    return () -> values[next[0]++];
  }

  private static double[] forward(double[] in) {
    return Arrays.stream(in).map(x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))).toArray();
  }

  /** By a wide central difference: the extreme inputs lie where the function is straight, or tolerances are wide. */
  private static double derivative(double x) {
    double h = 1e-3 * Math.max(1, Math.abs(x) / 10);
    double[] moved = forward(new double[] {x - h, x + h});
    return (moved[1] - moved[0]) / (2 * h);
  }
}
