package dev.minnow.kernel.weight;

import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.LinearTest;
import dev.minnow.kernel.Operands;
import dev.minnow.kernel.Tolerances;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A forward pass with weights in bfloat16 and in bytes is that with weights rounded beforehand. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class NarrowWeightsTest {
  private static final int SCALE_GROUP = 64;

  private final Kernel kernel;

  NarrowWeightsTest(Kernel kernel) {
    this.kernel = kernel;
  }

  static Stream<int[]> shapes() {
    return IntStream.of(1, 3, 7, 8, 10, 11, 16, 17, 22, 23, 41)
        .boxed()
        .flatMap(n -> Stream.of(new int[] {n, 1, 1}, new int[] {n, 31, 7}, new int[] {n, 64, 8}, new int[] {n, 65, 33},
            new int[] {n, 200, 41}, new int[] {n, 700, 41}, new int[] {n, 200, 1003}));
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16", "INT8"})
  void outputsAreThoseOfRoundedWeights(WeightUse use) {
    shapes().forEach(shape -> check(use, shape[0], shape[1], shape[2]));
  }

  private void check(WeightUse use, int n, int c, int k) {
    try (Operands operands = new Operands(kernel, n * 1009L + c * 31L + k)) {
      boolean few = kernel.operandType(n) == ElementType.F32;
      Tensor in = few ? operands.input("in", n, c) : operands.operand("in", n, c);
      Tensor weight = few ? operands.input("weight", k, c) : operands.weight("weight", k, c);
      Tensor bias = operands.input("bias", k);
      Tensor out = operands.output("out", n, k);
      double[] rounded = rounded(doubles(weight), c, use);
      double[] expected = LinearTest.forward(doubles(in), rounded, doubles(bias), n, c, k);
      double[] tolerances = Tolerances.linear(in, weight, bias);
      // Bytes are rounded once more where the multiplies take bfloat16; the tolerances hold a magnitude for each of c + 2 roundings.
      double again = !few && use == WeightUse.INT8 ? operands.operandUnit() / ((c + 2) * Tolerances.UNIT) : 0;
      for (int i = 0; i < tolerances.length; i++) {
        tolerances[i] *= 1.01 + again;
      }
      try (WeightSet weights = kernel.weights(List.of(weight), use)) {
        kernel.linear(out, in, weights.weights().getFirst(), bias);
      }
      assertWithin(tolerances, expected, out, use + ", " + operands);
      operands.checkIntact();
    }
  }

  private static double[] rounded(double[] weights, int columns, WeightUse use) {
    double[] rounded = weights.clone();
    for (int i = 0; i < weights.length; i++) {
      float value = (float) weights[i];
      if (use == WeightUse.BF16) {
        rounded[i] = Bfloat16.round(value);
      } else if (use == WeightUse.INT8) {
        float scale = largest(weights, i - i % columns, i % columns, columns) / 127;
        rounded[i] = scale * (float) Math.rint(value / scale);
      }
    }
    return rounded;
  }

  private static float largest(double[] weights, int row, int column, int columns) {
    int first = column - column % SCALE_GROUP;
    float largest = 0;
    for (int i = first; i < Math.min(columns, first + SCALE_GROUP); i++) {
      largest = Math.max(largest, Math.abs((float) weights[row + i]));
    }
    return largest;
  }

  @Test
  void aGroupOfZerosStaysZero() {
    try (Operands operands = new Operands(kernel, 9)) {
      Tensor in = kernel.operandType(1) == ElementType.F32 ? operands.input("in", 1, 70) : operands.operand("in", 1, 70);
      Tensor weight = operands.inOut("weight", 3, 70);
      weight.clear();
      Tensor out = operands.output("out", 1, 3);
      try (WeightSet weights = kernel.weights(List.of(weight), WeightUse.INT8)) {
        kernel.linear(out, in, weights.weights().getFirst(), null);
      }
      for (int i = 0; i < 3; i++) {
        assertEquals(0, out.getFloat(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "INT8"})
  void aWeightThatWasWrittenIsRefusedUntilTheSetIsRefreshed(WeightUse use) {
    assertRefusedUntilRefreshed(use, (weight, zeros) -> {
      weight.clear();
      weight.markWritten();
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "INT8"})
  void aWeightThatWasCopiedIntoIsRefusedUntilTheSetIsRefreshed(WeightUse use) {
    assertRefusedUntilRefreshed(use, Tensor::copyFrom);
  }

  /** @param change makes the weight, which comes first, the zeros that come second */
  private void assertRefusedUntilRefreshed(WeightUse use, BiConsumer<Tensor, Tensor> change) {
    try (Operands operands = new Operands(kernel, 5)) {
      Tensor in = operands.input("in", 1, 64);
      Tensor weight = operands.inOut("weight", 2, 64);
      Tensor zeros = operands.inOut("zeros", 2, 64);
      Tensor out = operands.output("out", 1, 2);
      zeros.clear();
      try (WeightSet weights = kernel.weights(List.of(weight), use)) {
        Weight stale = weights.weights().getFirst();
        change.accept(weight, zeros);
        assertThrows(IllegalStateException.class, () -> kernel.linear(out, in, stale, null));
        weights.refresh();
        kernel.linear(out, in, stale, null);
        assertEquals(0, out.getFloat(0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWeightOfAClosedSetIsRefused(WeightUse use) {
    for (int n : new int[] {1, 40}) {
      try (Operands operands = new Operands(kernel, n)) {
        Tensor in = kernel.operandType(n) == ElementType.F32 ? operands.input("in", n, 64) : operands.operand("in", n, 64);
        Tensor out = operands.output("out", n, 33);
        WeightSet weights = kernel.weights(List.of(operands.weight("weight", 33, 64)), use);
        weights.close();
        Weight closed = weights.weights().getFirst();
        assertClosed(() -> kernel.linear(out, in, closed, null));
        assertClosed(weights::refresh);
      }
    }
  }

  @Test
  void aTrainedWeightOfAClosedSetIsRefusedInTheBackwardPass() {
    try (Operands operands = new Operands(kernel, 6)) {
      Tensor din = operands.output("din", 40, 64);
      Tensor dout = operands.operand("dout", 40, 33);
      WeightSet weights = kernel.weights(List.of(operands.weight("weight", 33, 64)), WeightUse.TRAINING);
      weights.close();
      assertClosed(() -> kernel.linearInputGradient(din, dout, weights.weights().getFirst()));
    }
  }

  private static void assertClosed(Executable use) {
    String message = assertThrows(IllegalStateException.class, use).getMessage();
    assertTrue(message.endsWith("he weight F32[33, 64] was closed with its set; take the weight of an open one."), message);
  }

  /** What is made for the forward pass alone may be rounded. */
  @ParameterizedTest
  @EnumSource(names = {"BF16", "INT8"})
  void aBackwardPassRefusesAWeightThatWasNotMadeForTraining(WeightUse use) {
    try (Operands operands = new Operands(kernel, 7)) {
      Tensor din = operands.output("din", 40, 64);
      Tensor dout = operands.operand("dout", 40, 33);
      try (WeightSet weights = kernel.weights(List.of(operands.weight("weight", 33, 64)), use)) {
        Weight weight = weights.weights().getFirst();
        String message =
            assertThrows(IllegalArgumentException.class, () -> kernel.linearInputGradient(din, dout, weight)).getMessage();
        assertTrue(message.startsWith("The weight F32[33, 64] was "), message);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWeightOfAnotherKernelIsRefused(WeightUse use) {
    record Foreign(Tensor values) implements Weight {}
    for (int n : new int[] {1, 40}) {
      try (Operands operands = new Operands(kernel, n)) {
        Tensor in = kernel.operandType(n) == ElementType.F32 ? operands.input("in", n, 64) : operands.operand("in", n, 64);
        Tensor out = operands.output("out", n, 33);
        Weight foreign = new Foreign(operands.weight("weight", 33, 64));
        assertEquals(
            "The weight F32[33, 64] was made for another use or by another kernel; take one that this kernel made for this use.",
            assertThrows(IllegalArgumentException.class, () -> kernel.linear(out, in, foreign, null)).getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFormsOfClosedValuesAreNotMadeAnew(WeightUse use) {
    SlabLayout layout = new SlabLayout();
    layout.add("weight", ElementType.F32, 33, 64);
    Slab slab = layout.allocate();
    try (WeightSet weights = kernel.weights(List.of(slab.tensor(0)), use)) {
      slab.close();
      assertEquals(
          "The memory of the weight F32[33, 64] was closed; close its set too.",
          assertThrows(IllegalStateException.class, weights::refresh).getMessage());
    }
  }
}
