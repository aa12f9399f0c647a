package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention with a key/value cache, one sequence fed in pieces, against float64 attention over the whole of it. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class CachedAttentionTest {
  private final Kernel kernel;

  CachedAttentionTest(Kernel kernel) {
    this.kernel = kernel;
  }

  /** {@code first} positions, then {@code piece} at a time, the last piece what is left; the cache has room for {@code spare} more. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1, 3, 0", "5, 1, 1, 3, 3, 8, 2", "17, 4, 4, 1, 1, 20, 0", "17, 17, 1, 3, 3, 8, 1", "70, 33, 33, 2, 2, 5, 0",
      "40, 1, 1, 2, 2, 33, 9", "40, 20, 1, 3, 3, 16, 2", "70, 60, 5, 2, 2, 64, 0", "1040, 1030, 1, 2, 2, 32, 1",
      "300, 270, 10, 1, 1, 70, 0", "1030, 1020, 1, 1, 1, 7, 3", "2060, 2055, 1, 1, 1, 3, 0", "5, 1, 1, 4, 2, 8, 2", "17, 4, 4, 3, 1, 20, 0",
      "70, 33, 33, 4, 2, 5, 0", "70, 60, 5, 6, 2, 64, 0", "1040, 1030, 1, 2, 1, 32, 1", "284, 244, 40, 1, 1, 64, 0",
      "60, 20, 40, 2, 1, 300, 0"})
  void piecesGiveWhatTheWholeSequenceGives(int t, int first, int piece, int h, int g, int d, int spare) {
    int c = h * d;
    int width = g * d;
    try (Operands operands = new Operands(kernel, t * 1009L + piece * 101L + c)) {
      Tensor queryKeyValue = operands.operand("queryKeyValue", t, c + 2L * width);
      Tensor keys = operands.output("keys", g, t + spare, d);
      Tensor values = operands.output("values", g, t + spare, d);
      Tensor whole = operands.operandOutput("out", t, c);
      for (int position = 0, end = first; position < t; position = end, end = Math.min(position + piece, t)) {
        Tensor some = operands.operand("some of queryKeyValue", nextOf(queryKeyValue, position), end - position, c + 2L * width);
        Tensor out = operands.operandOutput("out", end - position, c);
        kernel.attentionWithCache(out, keys, values, some, position);
        for (int cell = 0; cell < out.elementCount(); cell++) {
          whole.setFloat((long) position * c + cell, out.getFloat(cell));
        }
      }
      AttentionReference reference = new AttentionReference(new AttentionShape(1, t, h, g, d), Dropout.NONE, operands.operandUnit());
      double[] x = doubles(queryKeyValue);
      assertWithin(reference.outTolerances(x), reference.forward(x), whole, "out, " + operands);
      assertRowsAreCopied(keys, queryKeyValue, c, "keys");
      assertRowsAreCopied(values, queryKeyValue, c + width, "values");
      operands.checkIntact();
    }
  }

  /** The elements of a matrix from a row on. */
  private static DoubleSupplier nextOf(Tensor matrix, int row) {
    long[] next = {row * matrix.dimension(1)};
    return () -> matrix.getFloat(next[0]++);
  }

  /** Rows that hold positions are the sequence's; the room left is as it was. */
  private static void assertRowsAreCopied(Tensor cache, Tensor queryKeyValue, int column, String name) {
    int rows = (int) cache.dimension(1);
    int d = (int) cache.dimension(2);
    int c = (int) cache.dimension(0) * d;
    float[] expected = new float[(int) cache.elementCount()];
    Arrays.fill(expected, Float.NaN);
    for (int row = 0; row < queryKeyValue.dimension(0); row++) {
      for (int i = 0; i < c; i++) {
        expected[(i / d * rows + row) * d + i % d] = queryKeyValue.getFloat(row * queryKeyValue.dimension(1) + column + i);
      }
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], cache.getFloat(i), name + ", element " + i);
    }
  }
}
