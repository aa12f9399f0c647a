package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention as trained models have it: nearly all of it goes to one key, and what the others get is next to nothing. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#fast")
class DistantScoresTest {
  private static final int CONTEXT = 70;
  private static final int WIDTH = 32;
  private static final float QUERY = 8;

  private final Kernel kernel;

  DistantScoresTest(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Processors multiply numbers below the normal ones a hundred times slower. */
  @ParameterizedTest
  @ValueSource(floats = {60, 75, 90, 120})
  void noGradientLeavesTheNormalNumbers(float distance) {
    AttentionShape shape = new AttentionShape(1, CONTEXT, 1, WIDTH);
    float key = distance * (float) Math.sqrt(WIDTH) / QUERY;
    try (Operands operands = new Operands(kernel, 12)) {
      int[] at = {0};
      Tensor queryKeyValue = operands.operand("queryKeyValue", () -> element(at[0]++, key), CONTEXT, 3 * WIDTH);
      Tensor out = operands.operandOutput("out", CONTEXT, WIDTH);
      Tensor logSumExp = operands.output("logSumExp", 1, 1, CONTEXT);
      Tensor dout = operands.operand("dout", () -> 1e-7 * operands.random().nextGaussian(), CONTEXT, WIDTH);
      Tensor dqueryKeyValue = operands.operandOutput("dqueryKeyValue", CONTEXT, 3 * WIDTH);
      kernel.attention(out, logSumExp, queryKeyValue, shape, Dropout.NONE);
      kernel.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, Dropout.NONE);
      for (double gradient : Cells.doubles(dqueryKeyValue)) {
        assertTrue(gradient == 0 || Math.abs(gradient) >= Float.MIN_NORMAL, "a gradient is " + gradient);
      }
      double[] outputs = Cells.doubles(out);
      for (int i = 0; i < CONTEXT * WIDTH; i++) {
        assertEquals(value(0, i % WIDTH), outputs[i], 0.01, "output " + i);
      }
      operands.checkIntact();
    }
  }

  /** All queries point where the first key alone does; keys beside it have none of that. */
  private static double element(int i, float key) {
    int row = i / (3 * WIDTH);
    int column = i % WIDTH;
    return switch (i % (3 * WIDTH) / WIDTH) {
      case 0 -> column == 0 ? QUERY : 0.25;
      case 1 -> column == 0 ? row == 0 ? key : 0 : 0;
      default -> value(row, column);
    };
  }

  private static double value(int row, int column) {
    return Math.sin(row + 0.7 * column);
  }
}
