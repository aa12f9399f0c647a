package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.sum;
import static dev.minnow.kernel.FiniteDifferences.gradient;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Normalisation by the root of the mean square against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class RmsNormTest {
  private static final float EPSILON = 1e-5f;

  private final Kernel kernel;

  RmsNormTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 3, 1", "2, 8, 1", "5, 20, 1000", "17, 33, 1", "33, 129, 0.001", "2, 2100, 1", "3, 8, 0", "2, 37, 1e19",
      "1, 2100, 1e25"})
  void outputsAreNormalisedRows(int n, int c, double size) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.input("in", () -> size * operands.random().nextGaussian(), n, c);
      Tensor scale = operands.input("scale", c);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor root = operands.output("reciprocalRoot", n);

      kernel.rmsNorm(out, root, in, scale, EPSILON);

      assertWithin(Tolerances.rmsNorm(in, root, scale), forward(doubles(in), doubles(scale), c), out, "out, " + operands);
      double[] roots = new double[n];
      double[] tolerances = new double[n];
      for (int row = 0; row < n; row++) {
        roots[row] = 1 / Math.sqrt(meanSquare(doubles(in), row * c, c) + EPSILON);
        tolerances[row] = (c + Tolerances.FUNCTION) * Tolerances.UNIT * roots[row];
      }
      assertWithin(tolerances, roots, root, "reciprocalRoot, " + operands);
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 8", "5, 20", "17, 3", "17, 33", "3, 37"})
  void gradientsAreThoseOfTheReference(int n, int c) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.input("in", n, c);
      Tensor scale = operands.input("scale", c);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor root = operands.output("reciprocalRoot", n);
      Tensor dout = operands.input("dout", n, c);
      Tensor din = operands.inOut("din", n, c);
      Tensor dscale = operands.inOut("dscale", c);
      double[] x = doubles(in);
      double[] s = doubles(scale);
      double[] g = doubles(dout);
      double[] dinExpected = sum(doubles(din), gradient(x, g, moved -> forward(moved, s, c)));
      double[] dscaleExpected = sum(doubles(dscale), gradient(s, g, moved -> forward(x, moved, c)));
      kernel.rmsNorm(out, root, in, scale, EPSILON);
      double[] dinTolerances = Tolerances.rmsNormInputGradient(din, dout, in, root, scale);
      double[] dscaleTolerances = Tolerances.rmsNormScaleGradient(dscale, dout, in, root);

      kernel.rmsNormBackward(din, dscale, dout, in, root, scale);

      assertGradient(dinTolerances, dinExpected, din, "din, " + operands);
      assertGradient(dscaleTolerances, dscaleExpected, dscale, "dscale, " + operands);
      operands.checkIntact();
    }
  }

  private static double[] forward(double[] in, double[] scale, int c) {
    double[] out = new double[in.length];
    for (int row = 0; row < in.length; row += c) {
      double root = Math.sqrt(meanSquare(in, row, c) + EPSILON);
      for (int i = 0; i < c; i++) {
        out[row + i] = in[row + i] / root * scale[i];
      }
    }
    return out;
  }

  private static double meanSquare(double[] in, int row, int c) {
    double sum = 0;
    for (int i = 0; i < c; i++) {
      sum += in[row + i] * in[row + i];
    }
    return sum / c;
  }
}
