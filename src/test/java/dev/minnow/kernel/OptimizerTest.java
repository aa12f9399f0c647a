package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
    float correction1 = (float) (1 - Math.pow(0.9, stepNumber));
    float correction2 = (float) (1 - Math.pow(0.99, stepNumber));
    AdamWStep step = new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.7f, correction1, correction2);
    try (Operands operands = new Operands(kernel, count)) {
      Tensor parameters = operands.inOut("parameters", count);
      Tensor gradients = operands.input("gradients", count);
      Tensor firstMoments = operands.inOut("firstMoments", count);
      Tensor secondMoments = operands.inOut("secondMoments", () -> operands.random().nextDouble(), count);
      Update expected = new Update(parameters, gradients, firstMoments, secondMoments, step);

      kernel.adamW(List.of(new AdamWTensors(parameters, gradients, firstMoments, secondMoments, true, 1)), step);

      assertWithin(expected.firstTolerances, expected.first, firstMoments, "firstMoments, " + operands);
      assertWithin(expected.secondTolerances, expected.second, secondMoments, "secondMoments, " + operands);
      assertWithin(expected.parameterTolerances, expected.parameters, parameters, "parameters, " + operands);
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
      kernel.adamW(List.of(new AdamWTensors(parameters, gradients, firstMoments, secondMoments, true, 1)), step);
      double[] tolerances = {1e-6, 1e-6, 1e-5, 0};
      assertWithin(tolerances, new double[] {0.75, 1.25, 0.75, 1}, parameters, "parameters");
      operands.checkIntact();
    }
  }

  /** Of several tensors each is updated, with decay or without; only who decays moves without a gradient. */
  @Test
  void severalTensorsAreUpdatedEachWithItsDecay() {
    AdamWStep step = new AdamWStep(0.25f, 0.9f, 0.99f, 1e-8f, 0.5f, 1, 1 - 0.9f, 1 - 0.99f);
    try (Operands operands = new Operands(kernel, 2)) {
      List<AdamWTensors> tensors = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int count = i == 3 ? 40_000 : 1 + 7 * i;
        tensors.add(
            new AdamWTensors(
                operands.inOut("parameters", () -> 1, count),
                operands.input("gradients", () -> 0, count),
                operands.inOut("firstMoments", () -> 0, count),
                operands.inOut("secondMoments", () -> 0, count),
                i % 2 == 1, 1));
      }
      kernel.adamW(tensors, step);
      for (AdamWTensors t : tensors) {
        for (float parameter : t.parameters().toFloats()) {
          assertEquals(t.decays() ? 1 - 0.25f * 0.5f : 1, parameter);
        }
        assertEquals(1, t.parameters().version());
      }
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
      assertEquals(expected, kernel.sumOfSquares(List.of(values)), sumTolerance(values, expected), operands.toString());
      operands.checkIntact();
    }
  }

  /** Kernels may add up to 1,024 squares in float before they go on in double. */
  static double sumTolerance(Tensor values, double sum) {
    return sum * Math.min(values.elementCount(), 1024) * Tolerances.UNIT;
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void sumOfSquaresShowsOneBadElementWhereverItIs(float bad) {
    try (Operands operands = new Operands(kernel, 1)) {
      Tensor values = operands.inOut("values", 67);
      for (int i = 0; i < 67; i++) {
        float before = values.getFloat(i);
        values.setFloat(i, bad);
        assertTrue(!Double.isFinite(kernel.sumOfSquares(List.of(values))), "element " + i);
        values.setFloat(i, before);
      }
      operands.checkIntact();
    }
  }

  /** There is no deviation of such a moment; where the element lies makes no difference. */
  @Test
  void aSecondMomentBelowZeroIsSeen() {
    AdamWStep step = new AdamWStep(1e-3f, 0.9f, 0.99f, 1e-8f, 0, 1, 1, 1);
    try (Operands operands = new Operands(kernel, 3)) {
      Tensor parameters = operands.inOut("parameters", () -> 1, 37);
      Tensor firstMoments = operands.inOut("firstMoments", () -> 1e-3, 37);
      Tensor secondMoments = operands.inOut("secondMoments", () -> -1e-4, 37);
      kernel.adamW(List.of(new AdamWTensors(parameters, operands.input("gradients", () -> 0, 37), firstMoments, secondMoments, true, 1)),
          step);
      for (float parameter : parameters.toFloats()) {
        assertTrue(Float.isNaN(parameter), "a parameter became " + parameter);
      }
      operands.checkIntact();
    }
  }

  /** Without a gradient they fade; numbers below the least normal one would stay, rounded to themselves, and are slow on some processors. */
  @Test
  void momentsWithoutGradientsFadeToZero() {
    AdamWStep adamW = new AdamWStep(1, 0.9f, 0.9f, 1e-8f, 0, 1, 1, 1);
    SgdStep sgd = new SgdStep(1, 0.9f, 0, 1);
    MuonStep muon = new MuonStep(1, 0.9f, 0, 1);
    long rows = 3;
    long columns = 37;
    try (Operands operands = new Operands(kernel, 1)) {
      Tensor parameters = operands.inOut("parameters", rows, columns);
      Tensor gradients = operands.input("gradients", () -> 0, rows, columns);
      List<Tensor> moments = Stream.of("first", "second", "sgd", "muon").map(name -> fading(operands, name, rows, columns)).toList();
      Tensor update = operands.inOut("update", rows, columns);
      Tensor product = operands.inOut("product", rows, columns);
      Tensor gram = operands.inOut("gram", rows, rows);
      Tensor square = operands.inOut("square", rows, rows);
      for (int step = 0; step < 8; step++) {
        kernel.adamW(List.of(new AdamWTensors(parameters, gradients, moments.get(0), moments.get(1), true, 1)), adamW);
        kernel.sgd(List.of(new SgdTensors(parameters, gradients, moments.get(2), true, 1)), sgd);
        kernel.muon(List.of(new MuonTensors(parameters, gradients, moments.get(3), update, product, gram, square, 1)), muon);
        for (Tensor moment : moments) {
          for (float value : moment.toFloats()) {
            assertTrue(value == 0 || Math.abs(value) >= Float.MIN_NORMAL, moment + " at step " + step + ": " + value);
          }
        }
      }
      for (Tensor moment : moments) {
        assertArrayEquals(new float[(int) moment.elementCount()], moment.toFloats(), moment.toString());
      }
      operands.checkIntact();
    }
  }

  /** Up to twice the least normal number. */
  private static Tensor fading(Operands operands, String name, long... shape) {
    int sign = name.equals("second") ? 0 : 1;
    return operands.inOut(name, () -> (operands.random().nextDouble() * (1 + sign) - sign) * 2 * Float.MIN_NORMAL, shape);
  }

  @Test
  void anEmptyTensorAmongOthersIsRefused() {
    AdamWStep adamW = new AdamWStep(1, 0.9f, 0.99f, 1e-8f, 0, 1, 1, 1);
    try (Operands operands = new Operands(kernel, 1)) {
      List<Tensor> in = Stream.of(10, 0, 10).map(count -> operands.input("in", count)).toList();
      List<Tensor> out = Stream.of(10, 0, 10).map(count -> operands.inOut("out", () -> 1, count)).toList();
      assertEmpty("values of sumOfSquares", () -> kernel.sumOfSquares(in));
      assertEmpty("averages of average", () -> kernel.average(out, in, 0.5f));
      assertEmpty("parameters of sgd", () -> kernel.sgd(
          out.stream()
              .map(o -> new SgdTensors(o, operands.input("gradients", o.shape()), operands.inOut("momentum", o.shape()), true, 1))
              .toList(),
          new SgdStep(1, 0.9f, 0, 1)));
      assertEmpty("parameters of adamW", () -> kernel.adamW(
          out.stream()
              .map(o -> new AdamWTensors(o, operands.input("gradients", o.shape()), operands.inOut("first", o.shape()),
                  operands.inOut("second", o.shape()), true, 1))
              .toList(),
          adamW));
      operands.checkIntact();
    }
  }

  private static void assertEmpty(String argument, Executable operation) {
    assertEquals(
        "The argument " + argument + " is F32[0]: expected at least 1 element.",
        assertThrows(IllegalArgumentException.class, operation).getMessage());
  }

  /** What one update should give, and how far rounding may take it. */
  static final class Update {
    final double[] parameters;
    final double[] first;
    final double[] second;
    final double[] parameterTolerances;
    final double[] firstTolerances;
    final double[] secondTolerances;

    Update(Tensor parameterTensor, Tensor gradients, Tensor firstMoments, Tensor secondMoments, AdamWStep step) {
      parameters = doubles(parameterTensor);
      first = doubles(firstMoments);
      second = doubles(secondMoments);
      parameterTolerances = new double[parameters.length];
      firstTolerances = new double[parameters.length];
      secondTolerances = new double[parameters.length];
      double rate = step.learningRate();
      double beta1 = step.beta1();
      double beta2 = step.beta2();
      for (int i = 0; i < parameters.length; i++) {
        double g = (double) step.gradientScale() * gradients.getFloat(i);
        double firstMagnitude = beta1 * Math.abs(first[i]) + (1 - beta1) * Math.abs(g);
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        double denominator = step.correction1() * (Math.sqrt(second[i] / step.correction2()) + step.epsilon());
        double decay = rate * step.weightDecay() * parameters[i];
        firstTolerances[i] = 4 * Tolerances.UNIT * firstMagnitude;
        secondTolerances[i] = 6 * Tolerances.UNIT * second[i];
        double magnitude = 3 * Math.abs(parameters[i]) + 16 * rate * firstMagnitude / denominator + 4 * Math.abs(decay);
        parameterTolerances[i] = Tolerances.UNIT * magnitude;
        parameters[i] -= rate * first[i] / denominator + decay;
      }
    }
  }
}
