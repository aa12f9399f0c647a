package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.contract.NormContract;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Normalised heads against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class HeadNormTest {
  private static final float EPSILON = 1e-5f;

  private final Kernel kernel;

  HeadNormTest(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Heads in their columns of matrix (N, K); others as they are. */
  private static double[] forward(double[] matrix, double[] scale, int k, int firstHead, int heads) {
    int d = scale.length;
    double[] out = matrix.clone();
    for (int row = 0; row < matrix.length; row += k) {
      for (int at = row + firstHead * d; at < row + (firstHead + heads) * d; at += d) {
        double squares = Arrays.stream(matrix, at, at + d).map(x -> x * x).sum();
        for (int i = 0; i < d; i++) {
          out[at + i] = matrix[at + i] / Math.sqrt(squares / d + EPSILON) * scale[i];
        }
      }
    }
    return out;
  }

  /** Their squares are beyond floats. */
  @Test
  void headsOfHugeNumbersAreNormalised() {
    int d = 20;
    try (Operands operands = new Operands(kernel, 3)) {
      Tensor matrix = operands.operandInOut("matrix", 2, 2 * d);
      for (int i = 0; i < matrix.elementCount(); i++) {
        matrix.setFloat(i, (float) ((i % 3 - 1) * 1e20));
      }
      double[] before = doubles(matrix);
      Tensor scale = operands.input("scale", d);
      kernel.headNorm(matrix, null, scale, 0, 2, EPSILON);
      assertWithin(Tolerances.headNorm(before, scale, 2 * d, 0, 2), forward(before, doubles(scale), 2 * d, 0, 2), matrix, "matrix");
    }
  }

  /** Their reciprocal roots are floats whose squares are none. */
  @Test
  void gradientsOfHeadsOfHugeNumbersAreThoseOfTheFormula() {
    int d = 20;
    try (Operands operands = new Operands(kernel, 5)) {
      Tensor kept = operands.operand("kept", () -> 1e23 * operands.random().nextGaussian(), 2, 2 * d);
      Tensor scale = operands.input("scale", d);
      Tensor dmatrix = operands.operandInOut("dmatrix", 2, 2 * d);
      double[] x = doubles(kept);
      double[] g = doubles(dmatrix);
      double[] expected = new double[g.length];
      double[] tolerances = new double[g.length];
      for (int at = 0; at < g.length; at += d) {
        double r = 1 / Math.sqrt(Arrays.stream(x, at, at + d).map(v -> v * v).sum() / d + EPSILON);
        double mean = 0;
        for (int i = 0; i < d; i++) {
          g[at + i] *= scale.getFloat(i);
          mean += g[at + i] * x[at + i] * r / d;
        }
        for (int i = at; i < at + d; i++) {
          expected[i] = r * (g[i] - x[i] * r * mean);
          tolerances[i] = r * 20 * (d * Tolerances.UNIT + operands.operandUnit());
        }
      }
      kernel.headNormBackward(dmatrix, operands.inOut("dscale", d), kept, scale, 0, 2, EPSILON);
      assertWithin(tolerances, expected, dmatrix, "dmatrix");
      operands.checkIntact();
    }
  }

  @Test
  void headsThatScratchDoesNotHoldAreRefused() {
    int d = NormContract.LARGEST_HEAD_WIDTH + 1;
    assertTrue(NormContract.LARGEST_HEAD_WIDTH <= Workspace.REGION_FLOATS);
    try (Operands operands = new Operands(kernel, 4)) {
      Tensor matrix = operands.operandInOut("matrix", 2, d);
      Tensor scale = operands.input("scale", d);
      assertThrows(IllegalArgumentException.class, () -> kernel.headNorm(matrix, null, scale, 0, 1, EPSILON));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0, 1, 0", "3, 5, 1, 2, 2", "2, 64, 0, 3, 64", "33, 8, 2, 1, 3", "17, 16, 0, 2, 0", "2, 1024, 1, 1, 3"})
  void outputsAndGradientsAreThoseOfTheReference(int n, int d, int firstHead, int heads, int more) {
    int k = (firstHead + heads) * d + more;
    try (Operands operands = new Operands(kernel, 7L * n + d)) {
      Tensor matrix = operands.operandInOut("matrix", n, k);
      double[] before = doubles(matrix);
      Tensor scale = operands.input("scale", d);
      Tensor kept = operands.operandInOut("kept", n, k + 2);
      kernel.headNorm(matrix, kept, scale, firstHead, heads, EPSILON);
      assertWithin(Tolerances.headNorm(before, scale, k, firstHead, heads), forward(before, doubles(scale), k, firstHead, heads), matrix,
          "matrix, " + operands);
      for (int row = 0; row < n; row++) {
        for (int column = firstHead * d; column < (firstHead + heads) * d; column++) {
          assertEquals(before[row * k + column], kept.getFloat((long) row * (k + 2) + column), "kept");
        }
      }
      Tensor dmatrix = operands.operandInOut("dmatrix", n, k);
      double[] dout = doubles(dmatrix);
      Tensor dscale = operands.inOut("dscale", d);
      double[] dscaleBefore = doubles(dscale);
      double[] dscaleTolerances = Tolerances.headNormScaleGradient(dscale, dout, before, k, firstHead, heads);
      kernel.headNormBackward(dmatrix, dscale, kept, scale, firstHead, heads, EPSILON);
      assertGradient(Tolerances.headNormInputGradient(dout, before, scale, k, firstHead, heads),
          gradient(before.clone(), dout, at -> forward(at, doubles(scale), k, firstHead, heads)), dmatrix, "dmatrix, " + operands);
      double[] expected = gradient(doubles(scale), dout, at -> forward(before, at, k, firstHead, heads));
      for (int i = 0; i < d; i++) {
        expected[i] += dscaleBefore[i];
      }
      assertGradient(dscaleTolerances, expected, dscale, "dscale, " + operands);
      operands.checkIntact();
    }
  }
}
