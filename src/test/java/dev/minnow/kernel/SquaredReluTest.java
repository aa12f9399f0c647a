package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The square of the positive part against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class SquaredReluTest {
  private final Kernel kernel;

  SquaredReluTest(Kernel kernel) {
    this.kernel = kernel;
  }

  private static double[] forward(double[] in) {
    return Arrays.stream(in).map(x -> x > 0 ? x * x : 0).toArray();
  }

  /** Further from the bend than finite differences reach. */
  private static double awayFromZero(Operands operands) {
    double x = 2 * operands.random().nextGaussian();
    return x + Math.copySign(0.01, x);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 8", "5, 20", "17, 33"})
  void outputsAndGradientsAreThoseOfTheReference(int n, int c) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.operand("in", () -> awayFromZero(operands), n, c);
      Tensor dout = operands.operand("dout", n, c);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor din = operands.operandOutput("din", n, c);
      kernel.activate(out, in, ActivationFunction.RELU2);
      kernel.activateBackward(din, dout, in, ActivationFunction.RELU2);
      assertWithin(Tolerances.squaredRelu(in), forward(doubles(in)), out, "out, " + operands);
      double[] expected = gradient(doubles(in), doubles(dout), SquaredReluTest::forward);
      assertGradient(Tolerances.squaredReluBackward(dout, in), expected, din, "din, " + operands);
      operands.checkIntact();
    }
  }

  @Test
  void gradientMayOverwriteTheOutputGradient() {
    try (Operands operands = new Operands(kernel, 3)) {
      Tensor in = operands.operand("in", () -> awayFromZero(operands), 3, 37);
      Tensor dout = operands.operandInOut("dout", 3, 37);
      double[] tolerances = Tolerances.squaredReluBackward(dout, in);
      double[] expected = gradient(doubles(in), doubles(dout), SquaredReluTest::forward);
      kernel.activateBackward(dout, dout, in, ActivationFunction.RELU2);
      assertGradient(tolerances, expected, dout, "din in the place of dout");
      operands.checkIntact();
    }
  }

  /** A number that is none is not hidden. */
  @Test
  void notANumberStaysNotANumber() {
    try (Operands operands = new Operands(kernel, 4)) {
      Tensor in = operands.operand("in", () -> Double.NaN, 2, 40);
      Tensor dout = operands.operand("dout", 2, 40);
      Tensor out = operands.operandOutput("out", 2, 40);
      kernel.activate(out, in, ActivationFunction.RELU2);
      for (float value : out.toFloats()) {
        assertTrue(Float.isNaN(value));
      }
      kernel.activateBackward(out, dout, in, ActivationFunction.RELU2);
      for (float value : out.toFloats()) {
        assertTrue(Float.isNaN(value));
      }
    }
  }
}
