package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.sum;
import static dev.minnow.kernel.FiniteDifferences.gradient;

import dev.minnow.memory.Tensor;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layer normalisation against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class LayerNormTest {
  private static final float EPSILON = 1e-5f;

  private final Kernel kernel;

  LayerNormTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 8", "5, 20", "17, 33", "33, 129"})
  void outputsAreNormalisedRows(int n, int c) {
    checkOutputs(n, c, new Random(n * 101L + c)::nextGaussian);
  }

  /** A mean of the squares less the square of the mean would lose all digits here. */
  @ParameterizedTest
  @CsvSource({"3, 8", "2, 37"})
  void rowsFarFromZeroKeepTheirDigits(int n, int c) {
    Random random = new Random(n * 101L + c);
    checkOutputs(n, c, () -> 1000 + random.nextGaussian());
  }

  /** Squares of 1.8e19 are beyond floats, and so is the sum of a few numbers of 1e38. */
  @ParameterizedTest
  @CsvSource({"2, 8, 1e18", "3, 37, 1e19", "2, 64, 1e25", "2, 33, 3e37"})
  void rowsOfHugeNumbersAreNormalised(int n, int c, double size) {
    Random random = new Random(n * 101L + c);
    checkOutputs(n, c, () -> size * (2 + random.nextGaussian()));
  }

  @ParameterizedTest
  @CsvSource({"2, 8", "3, 17"})
  void constantRowsGiveTheShift(int n, int c) {
    checkOutputs(n, c, () -> 0.5);
  }

  private void checkOutputs(int n, int c, DoubleSupplier values) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.input("in", values, n, c);
      Tensor scale = operands.input("scale", c);
      Tensor shift = operands.input("shift", c);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor mean = operands.output("mean", n);
      Tensor reciprocalDeviation = operands.output("reciprocalDeviation", n);

      kernel.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, EPSILON);

      double[] expected = forward(doubles(in), doubles(scale), doubles(shift), c);
      assertWithin(Tolerances.layerNorm(in, reciprocalDeviation, scale, shift), expected, out, "out, " + operands);
      checkStatistics(in, mean, reciprocalDeviation, operands);
      operands.checkIntact();
    }
  }

  private static void checkStatistics(Tensor in, Tensor mean, Tensor reciprocalDeviation, Operands operands) {
    int n = (int) in.dimension(0);
    int c = (int) in.dimension(1);
    double[] x = doubles(in);
    double[] means = new double[n];
    double[] reciprocals = new double[n];
    double[] meanTolerances = new double[n];
    double[] reciprocalTolerances = new double[n];
    for (int row = 0; row < n; row++) {
      means[row] = mean(x, row * c, c);
      reciprocals[row] = 1 / Math.sqrt(variance(x, row * c, c) + EPSILON);
      double magnitude = 0;
      for (int i = 0; i < c; i++) {
        magnitude += Math.abs(x[row * c + i]) / c;
      }
      meanTolerances[row] = (c + 1) * Tolerances.UNIT * magnitude;
      double centring = reciprocals[row] * magnitude;
      reciprocalTolerances[row] = (2 * c + Tolerances.FUNCTION) * Tolerances.UNIT * reciprocals[row] * (1 + centring);
    }
    assertWithin(meanTolerances, means, mean, "mean, " + operands);
    assertWithin(reciprocalTolerances, reciprocals, reciprocalDeviation, "reciprocalDeviation, " + operands);
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 8", "5, 20", "17, 3", "17, 33", "3, 37"})
  void gradientsAreThoseOfTheReference(int n, int c) {
    try (Operands operands = new Operands(kernel, n * 101L + c)) {
      Tensor in = operands.input("in", n, c);
      Tensor scale = operands.input("scale", c);
      Tensor shift = operands.input("shift", c);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor mean = operands.output("mean", n);
      Tensor reciprocalDeviation = operands.output("reciprocalDeviation", n);
      Tensor dout = operands.input("dout", n, c);
      Tensor din = operands.inOut("din", n, c);
      Tensor dscale = operands.inOut("dscale", c);
      Tensor dshift = operands.inOut("dshift", c);
      double[] x = doubles(in);
      double[] s = doubles(scale);
      double[] t = doubles(shift);
      double[] g = doubles(dout);
      double[] dinExpected = sum(doubles(din), gradient(x, g, moved -> forward(moved, s, t, c)));
      double[] dscaleExpected = sum(doubles(dscale), gradient(s, g, moved -> forward(x, moved, t, c)));
      double[] dshiftExpected = sum(doubles(dshift), gradient(t, g, moved -> forward(x, s, moved, c)));
      kernel.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, EPSILON);
      double[] dinTolerances = Tolerances.layerNormInputGradient(din, dout, in, reciprocalDeviation, scale);
      double[] dscaleTolerances = Tolerances.layerNormScaleGradient(dscale, dout, in, reciprocalDeviation);
      double[] dshiftTolerances = Tolerances.columnSums(dshift, dout);

      kernel.layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);

      assertGradient(dinTolerances, dinExpected, din, "din, " + operands);
      assertGradient(dscaleTolerances, dscaleExpected, dscale, "dscale, " + operands);
      assertGradient(dshiftTolerances, dshiftExpected, dshift, "dshift, " + operands);
      operands.checkIntact();
    }
  }

  private static double[] forward(double[] in, double[] scale, double[] shift, int c) {
    double[] out = new double[in.length];
    for (int row = 0; row < in.length; row += c) {
      double mean = mean(in, row, c);
      double deviation = Math.sqrt(variance(in, row, c) + EPSILON);
      for (int i = 0; i < c; i++) {
        out[row + i] = (in[row + i] - mean) / deviation * scale[i] + shift[i];
      }
    }
    return out;
  }

  private static double mean(double[] in, int row, int c) {
    double sum = 0;
    for (int i = 0; i < c; i++) {
      sum += in[row + i];
    }
    return sum / c;
  }

  private static double variance(double[] in, int row, int c) {
    double mean = mean(in, row, c);
    double sum = 0;
    for (int i = 0; i < c; i++) {
      sum += (in[row + i] - mean) * (in[row + i] - mean);
    }
    return sum / c;
  }
}
