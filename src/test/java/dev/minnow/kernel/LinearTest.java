package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.sum;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static dev.minnow.kernel.KernelCall.weight;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The three multiplies of a linear layer against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
public class LinearTest {
  private final Kernel kernel;

  LinearTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 3, 2", "2, 8, 5", "5, 20, 3", "17, 3, 8", "17, 20, 33", "33, 17, 16", "7, 129, 65"})
  void outputsAreTheProductPlusTheBias(int n, int c, int k) {
    try (Operands operands = new Operands(kernel, n * 10007L + c * 101L + k)) {
      Tensor in = operands.operand("in", n, c);
      Tensor weight = operands.weight("weight", k, c);
      Tensor bias = operands.input("bias", k);
      Tensor out = operands.output("out", n, k);
      double[] expected = forward(doubles(in), doubles(weight), doubles(bias), n, c, k);
      kernel.linear(out, in, weight(kernel, weight), bias);
      assertWithin(Tolerances.linear(in, weight, bias), expected, out, "out, " + operands);
      kernel.linear(out, in, weight(kernel, weight), null);
      double[] withoutBias = forward(doubles(in), doubles(weight), new double[k], n, c, k);
      assertWithin(Tolerances.linear(in, weight, null), withoutBias, out, "out without a bias, " + operands);
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 3, 2", "2, 8, 5", "5, 20, 3", "17, 3, 8", "17, 20, 33", "33, 17, 16"})
  void gradientsAreThoseOfTheReference(int n, int c, int k) {
    try (Operands operands = new Operands(kernel, n * 10007L + c * 101L + k)) {
      Tensor in = operands.operand("in", n, c);
      Tensor weight = operands.weight("weight", k, c);
      Tensor dout = operands.operand("dout", n, k);
      Tensor din = operands.output("din", n, c);
      Tensor dweight = operands.inOut("dweight", k, c);
      Tensor dbias = operands.inOut("dbias", k);
      double[] x = doubles(in);
      double[] w = doubles(weight);
      double[] b = new double[k];
      double[] g = doubles(dout);
      double[] dinExpected = gradient(x, g, moved -> forward(moved, w, b, n, c, k));
      double[] dweightExpected = sum(doubles(dweight), gradient(w, g, moved -> forward(x, moved, b, n, c, k)));
      double[] dbiasExpected = sum(doubles(dbias), gradient(b, g, moved -> forward(x, w, moved, n, c, k)));
      double[] dweightTolerances = Tolerances.linearWeightGradient(dweight, dout, in);
      double[] dbiasTolerances = Tolerances.columnSums(dbias, dout);

      kernel.linearInputGradient(din, dout, weight(kernel, weight));
      kernel.linearWeightGradient(dweight, dbias, dout, in, Accumulation.ADD);

      assertGradient(Tolerances.linearInputGradient(dout, weight), dinExpected, din, "din, " + operands);
      assertGradient(dweightTolerances, dweightExpected, dweight, "dweight, " + operands);
      assertGradient(dbiasTolerances, dbiasExpected, dbias, "dbias, " + operands);

      kernel.linearWeightGradient(dweight, dbias, dout, in, Accumulation.SET);

      assertGradient(dweightTolerances, gradient(w, g, moved -> forward(x, moved, b, n, c, k)), dweight, "dweight, set, " + operands);
      assertGradient(dbiasTolerances, gradient(b, g, moved -> forward(x, w, moved, n, c, k)), dbias, "dbias, set, " + operands);
      operands.checkIntact();
    }
  }

  public static double[] forward(double[] in, double[] weight, double[] bias, int n, int c, int k) {
    double[] out = new double[n * k];
    for (int row = 0; row < n; row++) {
      for (int o = 0; o < k; o++) {
        out[row * k + o] = bias[o];
        for (int i = 0; i < c; i++) {
          out[row * k + o] += in[row * c + i] * weight[o * c + i];
        }
      }
    }
    return out;
  }
}
