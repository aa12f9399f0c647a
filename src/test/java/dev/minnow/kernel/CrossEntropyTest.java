package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Softmax with cross-entropy against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class CrossEntropyTest {
  private final Kernel kernel;

  CrossEntropyTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1, 3, 0", "2, 8, 0", "5, 20, 0", "17, 33, 0", "3, 257, 0", "1, 1, 0.1", "17, 33, 0.1", "3, 257, 0.5",
      "34, 64, 0.9"})
  void lossesAndGradientsAreThoseOfTheReference(int n, int v, float smoothing) {
    float gradientScale = 1f / n;
    try (Operands operands = new Operands(kernel, n * 1009L + v)) {
      Tensor logits = operands.operand("logits", () -> 4 * operands.random().nextGaussian(), n, v);
      Tensor targets = operands.ids("targets", v, n);
      Tensor losses = operands.output("losses", n);
      double[] x = doubles(logits);
      int[] t = targets.toInts();
      double[] expectedLosses = forward(x, t, v);
      double[] weights = new double[n];
      Arrays.fill(weights, gradientScale);
      double[] expectedGradients = gradient(x, weights, moved -> smoothed(moved, t, v, smoothing));
      double[] lossTolerances = Tolerances.losses(logits);
      double[] gradientTolerances = Tolerances.logitGradients(logits, targets, softmax(x, v), gradientScale, smoothing);

      Tensor dlogits = operands.operandOutput("dlogits", n, v);
      kernel.crossEntropyBackward(losses, dlogits, logits, targets, gradientScale, smoothing);

      assertWithin(lossTolerances, expectedLosses, losses, "losses, " + operands);
      assertGradient(gradientTolerances, expectedGradients, dlogits, "gradients of the logits, " + operands);
      operands.checkIntact();
    }
  }

  @Test
  void lossesAloneLeaveTheLogits() {
    try (Operands operands = new Operands(kernel, 4)) {
      Tensor logits = operands.operand("logits", 5, 37);
      Tensor targets = operands.ids("targets", 37, 5);
      Tensor losses = operands.output("losses", 5);
      kernel.crossEntropy(losses, logits, targets);
      assertWithin(Tolerances.losses(logits), forward(doubles(logits), targets.toInts(), 37), losses, "losses");
      operands.checkIntact();
    }
  }

  /** Their exponentials overflow float and double; differences above 104 underflow float. */
  @Test
  void largeLogitsGiveFiniteLossesAndGradients() {
    int v = 35;
    try (Operands operands = new Operands(kernel, 5)) {
      Tensor logits = operands.operand("logits", () -> 1000 * operands.random().nextGaussian(), 4, v);
      Tensor targets = operands.ids("targets", v, 4);
      Tensor losses = operands.output("losses", 4);
      double[] expected = forward(doubles(logits), targets.toInts(), v);
      double[] tolerances = Tolerances.losses(logits);
      double[] expectedGradients = softmax(doubles(logits), v);
      double[] gradientTolerances = Tolerances.logitGradients(logits, targets, expectedGradients, 1, 0);
      for (int n = 0; n < 4; n++) {
        expectedGradients[n * v + targets.getInt(n)] -= 1;
      }
      Tensor dlogits = operands.operandOutput("dlogits", 4, v);
      kernel.crossEntropyBackward(losses, dlogits, logits, targets, 1, 0);
      assertWithin(tolerances, expected, losses, "losses");
      assertWithin(gradientTolerances, expectedGradients, dlogits, "gradients of the logits");
      operands.checkIntact();
    }
  }

  @Test
  void gradientsOfLargeLogitsAreThoseOfTheirDifferences() {
    try (Operands operands = new Operands(kernel, 8)) {
      Tensor logits = operands.operandInOut("logits", 1, 2);
      logits.setFloat(0, 1 << 17);
      logits.setFloat(1, 1 << 17);
      Tensor targets = operands.ids("targets", 1, 1);
      Tensor losses = operands.output("losses", 1);
      Tensor dlogits = operands.operandOutput("dlogits", 1, 2);
      kernel.crossEntropyBackward(losses, dlogits, logits, targets, 1, 0);
      float tolerance = kernel.operandType() == ElementType.F32 ? 1e-6f : 1e-2f;
      assertArrayEquals(new float[] {-0.5f, 0.5f}, dlogits.toFloats(), tolerance);
      assertEquals(Math.log(2), losses.getFloat(0), tolerance);
    }
  }

  /** More of them than a loop takes at a time. */
  @Test
  void logitsThatAreMaskedAddNothing() {
    int v = 2100;
    try (Operands operands = new Operands(kernel, 9)) {
      Tensor logits = operands.operandInOut("logits", 1, v);
      for (int i = 0; i < v; i++) {
        logits.setFloat(i, i < v - 2 ? Float.NEGATIVE_INFINITY : 3);
      }
      Tensor targets = operands.ids("targets", v, 1);
      targets.setInt(0, v - 1);
      Tensor losses = operands.output("losses", 1);
      Tensor dlogits = operands.operandOutput("dlogits", 1, v);
      kernel.crossEntropyBackward(losses, dlogits, logits, targets, 1, 0);
      assertEquals(Math.log(2), losses.getFloat(0), 1e-2);
      assertEquals(0, dlogits.getFloat(0), 0);
      assertEquals(0.5, dlogits.getFloat(v - 2), 1e-2);
    }
  }

  @Test
  void gradientsMayTakeThePlaceOfLogits() {
    try (Operands operands = new Operands(kernel, 7)) {
      Tensor logits = operands.operandInOut("logits", 5, 37);
      Tensor targets = operands.ids("targets", 37, 5);
      Tensor losses = operands.output("losses", 5);
      Tensor dlogits = operands.operandOutput("dlogits", 5, 37);
      kernel.crossEntropyBackward(losses, dlogits, logits, targets, 0.25f, 0.1f);
      kernel.crossEntropyBackward(losses, logits, logits, targets, 0.25f, 0.1f);
      assertArrayEquals(dlogits.toFloats(), logits.toFloats());
      operands.checkIntact();
    }
  }

  @Test
  void aNaNInARowShowsInItsLossAlone() {
    int v = 21;
    try (Operands operands = new Operands(kernel, 6)) {
      Tensor logits = operands.operandInOut("logits", 3, v);
      Tensor targets = operands.ids("targets", v, 3);
      Tensor losses = operands.output("losses", 3);
      logits.setFloat(v + 7, Float.NaN);
      kernel.crossEntropy(losses, logits, targets);
      assertTrue(Float.isNaN(losses.getFloat(1)), "loss " + losses.getFloat(1));
      assertArrayEquals(new boolean[] {true, true}, new boolean[] {Float.isFinite(losses.getFloat(0)), Float.isFinite(losses.getFloat(2))});
      operands.checkIntact();
    }
  }

  private static double[] forward(double[] logits, int[] targets, int v) {
    double[] losses = new double[targets.length];
    for (int n = 0; n < targets.length; n++) {
      double[] row = Arrays.copyOfRange(logits, n * v, (n + 1) * v);
      double max = Arrays.stream(row).max().getAsDouble();
      losses[n] = Math.log(Arrays.stream(row).map(x -> Math.exp(x - max)).sum()) + max - row[targets[n]];
    }
    return losses;
  }

  /** The cross-entropy of labels of which a share is spread evenly. */
  private static double[] smoothed(double[] logits, int[] targets, int v, double smoothing) {
    double[] losses = forward(logits, targets, v);
    for (int n = 0; n < targets.length; n++) {
      double[] row = Arrays.copyOfRange(logits, n * v, (n + 1) * v);
      double logSumExp = losses[n] + row[targets[n]];
      losses[n] = (1 - smoothing) * losses[n] + smoothing * Arrays.stream(row).map(x -> logSumExp - x).average().getAsDouble();
    }
    return losses;
  }

  static double[] softmax(double[] logits, int v) {
    double[] softmax = new double[logits.length];
    for (int row = 0; row < logits.length; row += v) {
      double max = Arrays.stream(logits, row, row + v).max().getAsDouble();
      double sum = Arrays.stream(logits, row, row + v).map(x -> Math.exp(x - max)).sum();
      for (int i = 0; i < v; i++) {
        softmax[row + i] = Math.exp(logits[row + i] - max) / sum;
      }
    }
    return softmax;
  }
}
