package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.magnitudes;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static dev.minnow.kernel.Tolerances.roundings;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The residual addition with dropout against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class ResidualTest {
  private final Kernel kernel;

  ResidualTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1, 3, 0.5", "2, 8, 0", "5, 20, 0.1", "17, 33, 0.9"})
  void outputsAreSumsWithDropout(int n, int c, float rate) {
    Dropout dropout = new Dropout(rate, 81);
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor residual = operands.input("residual", n, c);
      Tensor in = operands.input("in", n, c);
      Tensor out = operands.output("out", n, c);
      kernel.addResidual(out, residual, in, dropout);
      double[] magnitudes = forward(magnitudes(doubles(residual)), magnitudes(doubles(in)), c, dropout);
      assertWithin(roundings(3, magnitudes), forward(doubles(residual), doubles(in), c, dropout), out, "out, " + operands);
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1, 3, 0.5", "2, 8, 0", "5, 20, 0.1", "17, 33, 0.9"})
  void gradientIsThatOfTheReference(int n, int c, float rate) {
    Dropout dropout = new Dropout(rate, 82);
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor dout = operands.input("dout", n, c);
      Tensor din = operands.operandOutput("din", n, c);
      kernel.dropoutBackward(din, dout, dropout);
      double[] zeros = new double[n * c];
      double[] expected = gradient(new double[n * c], doubles(dout), moved -> forward(zeros, moved, c, dropout));
      assertGradient(roundings(2, magnitudes(expected)), expected, din, "din, " + operands);
      operands.checkIntact();
    }
  }

  @Test
  void outputsMayTakeThePlaceOfInputs() {
    Dropout dropout = new Dropout(0.5f, 83);
    try (Operands operands = new Operands(kernel, 11)) {
      Tensor residual = operands.input("residual", 5, 37);
      Tensor in = operands.inOut("in", 5, 37);
      double[] expected = forward(doubles(residual), doubles(in), 37, dropout);
      double[] magnitudes = forward(magnitudes(doubles(residual)), magnitudes(doubles(in)), 37, dropout);
      kernel.addResidual(in, residual, in, dropout);
      assertWithin(roundings(3, magnitudes), expected, in, "out in the place of in");
      operands.checkIntact();
    }
  }

  private static double[] forward(double[] residual, double[] in, int c, Dropout dropout) {
    double[] out = residual.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] += in[i] * dropout.factor(i / c, i % c);
    }
    return out;
  }
}
