package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;

import dev.minnow.memory.Tensor;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotation of heads by their position against complex numbers in float64, and finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class RotationTest {
  private final Kernel kernel;

  RotationTest(Kernel kernel) {
    this.kernel = kernel;
  }

  /** B sequences of T positions from one on; H heads, D wide, and some columns that are not theirs. */
  @ParameterizedTest
  @CsvSource({"1, 1, 0, 1, 2, 0", "2, 3, 2, 1, 6, 5", "2, 64, 3, 3, 64, 33", "1, 32, 0, 2, 128, 0", "3, 7, 0, 3, 16, 8",
      "1, 33, 4, 2, 32, 0", "2, 17, 1, 3, 64, 64",
      "1, 5, 0, 1, 130, 1",
      "1, 3, 1, 1, 2100, 3"})
  void headsAreTurnedAndTheRestStays(int b, int t, int position, int heads, int d, int more) {
    int k = heads * d + more;
    try (Operands operands = new Operands(kernel, t * 101L + k)) {
      Tensor turns = operands.input("turns", turns(t + position, d), t + position, d);
      Tensor matrix = operands.operandInOut("matrix", (long) b * t, k);
      double[] expected = turned(doubles(matrix), k, heads, d, t, position);
      double[] tolerances = Tolerances.rotation(matrix, turns, heads, t, position);
      for (int i = 0; i < tolerances.length; i++) {
        // The turns themselves are rounded.
        tolerances[i] *= 2;
      }

      kernel.rotate(matrix, turns, heads, t, position);

      assertWithin(tolerances, expected, matrix, "matrix, " + operands);
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 2, 0", "2, 3, 1, 6, 5", "1, 4, 3, 16, 8", "1, 2, 2, 32, 3"})
  void gradientIsThatOfTheReference(int b, int t, int heads, int d, int more) {
    int k = heads * d + more;
    try (Operands operands = new Operands(kernel, t * 103L + k)) {
      Tensor turns = operands.input("turns", turns(t, d), t, d);
      Tensor gradient = operands.operandInOut("dmatrix", (long) b * t, k);
      double[] anywhere = new double[b * t * k];
      double[] expected = gradient(anywhere, doubles(gradient), moved -> turned(moved, k, heads, d, t, 0));
      double[] tolerances = Tolerances.rotation(gradient, turns, heads, t, 0);
      for (int i = 0; i < tolerances.length; i++) {
        tolerances[i] *= 2;
      }

      kernel.rotateBackward(gradient, turns, heads, t);

      assertGradient(tolerances, expected, gradient, "dmatrix, " + operands);
      operands.checkIntact();
    }
  }

  private static double angle(int position, int pair, int d) {
    return position * Math.pow(100, -2.0 * pair / d);
  }

  private static DoubleSupplier turns(int positions, int d) {
    int[] next = {0};
    return () -> {
      int at = next[0]++;
      int pair = at % d % (d / 2);
      double angle = angle(at / d % positions, pair, d);
      return at % d < d / 2 ? Math.cos(angle) : Math.sin(angle);
    };
  }

  /** Pair i of a head is the complex number of elements i and i + D/2, times e^(i angle). */
  private static double[] turned(double[] matrix, int k, int heads, int d, int t, int position) {
    double[] turned = matrix.clone();
    for (int row = 0; row < matrix.length / k; row++) {
      for (int pair = 0; pair < heads * d / 2; pair++) {
        int real = row * k + pair / (d / 2) * d + pair % (d / 2);
        double angle = angle(row % t + position, pair % (d / 2), d);
        double length = Math.hypot(matrix[real], matrix[real + d / 2]);
        double before = Math.atan2(matrix[real + d / 2], matrix[real]);
        turned[real] = length * Math.cos(before + angle);
        turned[real + d / 2] = length * Math.sin(before + angle);
      }
    }
    return turned;
  }
}
