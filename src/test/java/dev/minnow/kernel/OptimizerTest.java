package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimizer's loops against float64 references. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class OptimizerTest {
  private final Kernel kernel;

  OptimizerTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "16, 10", "37, 100", "1000, 3"})
  void updateIsThatOfTheReference(int count, int stepNumber) {
    double beta1 = 0.9f;
    double beta2 = 0.99f;
    float correction1 = (float) (1 - Math.pow(beta1, stepNumber));
    float correction2 = (float) (1 - Math.pow(beta2, stepNumber));
    AdamWStep step = new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.7f, correction1, correction2);
    try (Operands operands = new Operands(kernel, count)) {
      Tensor parameters = operands.inOut("parameters", count);
      Tensor gradients = operands.input("gradients", count);
      Tensor firstMoments = operands.inOut("firstMoments", count);
      Tensor secondMoments = operands.inOut("secondMoments", () -> operands.random().nextDouble(), count);
      double[] p = doubles(parameters);
      double[] m = doubles(firstMoments);
      double[] v = doubles(secondMoments);
      double[] pTolerance = new double[count];
      double[] mTolerance = new double[count];
      double[] vTolerance = new double[count];
      for (int i = 0; i < count; i++) {
        double g = (double) step.gradientScale() * gradients.getFloat(i);
        double firstMagnitude = beta1 * Math.abs(m[i]) + (1 - beta1) * Math.abs(g);
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        double denominator = correction1 * (Math.sqrt(v[i] / correction2) + step.epsilon());
        double decay = step.learningRate() * (double) step.weightDecay() * p[i];
        mTolerance[i] = 4 * Tolerances.UNIT * firstMagnitude;
        vTolerance[i] = 6 * Tolerances.UNIT * v[i];
        pTolerance[i] =
            Tolerances.UNIT * (3 * Math.abs(p[i]) + 16 * step.learningRate() * firstMagnitude / denominator + 4 * Math.abs(decay));
        p[i] -= step.learningRate() * m[i] / denominator + decay;
      }

      kernel.adamW(parameters, gradients, firstMoments, secondMoments, step);

      assertWithin(mTolerance, m, firstMoments, "firstMoments, " + operands);
      assertWithin(vTolerance, v, secondMoments, "secondMoments, " + operands);
      assertWithin(pTolerance, p, parameters, "parameters, " + operands);
      operands.checkIntact();
    }
  }

  /** A first step moves each parameter by the learning rate, however small its gradient; none moves without a gradient. */
  @Test
  void firstStepMovesByTheLearningRate() {
    AdamWStep step = new AdamWStep(0.25f, 0.9f, 0.99f, 1e-8f, 0, 1, 1 - 0.9f, 1 - 0.99f);
    try (Operands operands = new Operands(kernel, 1)) {
      Tensor parameters = operands.inOut("parameters", () -> 1, 4);
      Tensor gradients = operands.inOut("gradients", 4);
      gradients.setFloats(3, -3, 1e-3f, 0);
      Tensor firstMoments = operands.inOut("firstMoments", () -> 0, 4);
      Tensor secondMoments = operands.inOut("secondMoments", () -> 0, 4);
      kernel.adamW(parameters, gradients, firstMoments, secondMoments, step);
      double[] tolerances = {1e-6, 1e-6, 1e-5, 0};
      assertWithin(tolerances, new double[] {0.75, 1.25, 0.75, 1}, parameters, "parameters");
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 31, 1000, 70_001})
  void sumOfSquaresIsThatOfTheReference(int count) {
    try (Operands operands = new Operands(kernel, count)) {
      Tensor values = operands.input("values", count);
      double expected = 0;
      for (double value : doubles(values)) {
        expected += value * value;
      }
      assertEquals(expected, kernel.sumOfSquares(values), expected * Math.min(count, 1024) * Tolerances.UNIT, operands.toString());
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void sumOfSquaresShowsOneBadElementWhereverItIs(float bad) {
    try (Operands operands = new Operands(kernel, 1)) {
      Tensor values = operands.inOut("values", 67);
      for (int i = 0; i < 67; i++) {
        float before = values.getFloat(i);
        values.setFloat(i, bad);
        assertTrue(!Double.isFinite(kernel.sumOfSquares(values)), "element " + i);
        values.setFloat(i, before);
      }
      operands.checkIntact();
    }
  }
}
