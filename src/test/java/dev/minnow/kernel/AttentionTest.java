package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Causal attention over whole sequences against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class AttentionTest {
  private final Kernel kernel;

  AttentionTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({
      "1, 1, 1, 1, 3, 0", "2, 2, 1, 1, 3, 0", "2, 5, 3, 3, 8, 0", "1, 17, 1, 1, 20, 0", "2, 17, 3, 3, 8, 0.3", "1, 70, 2, 2, 5, 0",
      "1, 131, 1, 1, 33, 0.1", "1, 1, 2, 1, 3, 0", "2, 5, 6, 2, 8, 0", "2, 17, 4, 2, 8, 0.3", "1, 64, 4, 2, 32, 0", "1, 70, 3, 1, 5, 0"
  })
  void outputsAreThoseOfTheReference(int b, int t, int h, int g, int d, float rate) {
    int n = b * t;
    int c = h * d;
    AttentionShape shape = new AttentionShape(b, t, h, g, d);
    Dropout dropout = new Dropout(rate, 77);
    try (Operands operands = new Operands(kernel, 1009L * n + c)) {
      Tensor queryKeyValue = operands.operand("queryKeyValue", n, c + 2L * g * d);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor logSumExp = operands.output("logSumExp", b, h, t);

      kernel.attention(out, logSumExp, queryKeyValue, shape, dropout);

      AttentionReference reference = new AttentionReference(shape, dropout, operands.operandUnit());
      double[] x = doubles(queryKeyValue);
      assertWithin(reference.outTolerances(x), reference.forward(x), out, "out, " + operands);
      assertWithin(reference.logSumExpTolerances(x), reference.logSumExp(x), logSumExp, "logSumExp, " + operands);
      operands.checkIntact();
    }
  }

  @ParameterizedTest
  @CsvSource({
      "1, 1, 1, 1, 3, 0", "2, 2, 1, 1, 3, 0", "2, 2, 3, 3, 8, 0.4", "2, 5, 3, 3, 8, 0", "2, 5, 3, 3, 3, 0.2", "1, 17, 1, 1, 20, 0",
      "1, 17, 2, 2, 8, 0.3", "1, 1, 2, 1, 3, 0", "2, 5, 6, 2, 4, 0", "1, 17, 4, 2, 4, 0.3", "2, 5, 3, 1, 3, 0.2"
  })
  void gradientsAreThoseOfTheReference(int b, int t, int h, int g, int d, float rate) {
    int n = b * t;
    int c = h * d;
    AttentionShape shape = new AttentionShape(b, t, h, g, d);
    Dropout dropout = new Dropout(rate, 78);
    try (Operands operands = new Operands(kernel, 1009L * n + c)) {
      Tensor queryKeyValue = operands.operand("queryKeyValue", n, c + 2L * g * d);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor logSumExp = operands.output("logSumExp", b, h, t);
      Tensor dout = operands.operand("dout", n, c);
      Tensor dqueryKeyValue = operands.operandOutput("dqueryKeyValue", n, c + 2L * g * d);

      kernel.attention(out, logSumExp, queryKeyValue, shape, dropout);
      kernel.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout);

      AttentionReference reference = new AttentionReference(shape, dropout, operands.operandUnit());
      double[] expected = gradient(doubles(queryKeyValue), doubles(dout), reference::forward);
      double[] tolerances = reference.gradientTolerances(doubles(queryKeyValue), doubles(dout));
      assertGradient(tolerances, expected, dqueryKeyValue, "dqueryKeyValue, " + operands);
      operands.checkIntact();
    }
  }

  /** Long sequences and wide heads, which kernels cut into blocks; the scalar kernel stands in for differences, which take too long. */
  @ParameterizedTest
  @CsvSource({"1, 600, 1, 1, 4, 0", "1, 300, 2, 2, 12, 0.1", "2, 150, 1, 1, 100, 0", "1, 140, 2, 2, 65, 0.2", "1, 70, 1, 1, 300, 0.1",
      "1, 70, 1, 1, 400, 0",
      "1, 600, 2, 1, 4, 0", "1, 300, 4, 2, 12, 0.1", "2, 160, 4, 2, 64, 0", "1, 140, 3, 1, 65, 0.2"})
  void blocksGiveWhatTheScalarKernelGives(int b, int t, int h, int g, int d, float rate) {
    int n = b * t;
    int c = h * d;
    AttentionShape shape = new AttentionShape(b, t, h, g, d);
    Dropout dropout = new Dropout(rate, 79);
    try (Operands operands = new Operands(kernel, 1009L * n + c)) {
      Tensor queryKeyValue = operands.operand("queryKeyValue", n, c + 2L * g * d);
      Tensor out = operands.operandOutput("out", n, c);
      Tensor logSumExp = operands.output("logSumExp", b, h, t);
      Tensor dout = operands.operand("dout", n, c);
      Tensor dqueryKeyValue = operands.operandOutput("dqueryKeyValue", n, c + 2L * g * d);
      Tensor expected = operands.output("expected dqueryKeyValue", n, c + 2L * g * d);

      kernel.attention(out, logSumExp, queryKeyValue, shape, dropout);
      kernel.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout);

      AttentionReference reference = new AttentionReference(shape, dropout, operands.operandUnit());
      double[] x = doubles(queryKeyValue);
      assertWithin(reference.outTolerances(x), reference.forward(x), out, "out, " + operands);
      assertWithin(reference.logSumExpTolerances(x), reference.logSumExp(x), logSumExp, "logSumExp, " + operands);
      new ScalarKernel()
          .attentionBackward(
              expected, operands.floats(dout), operands.floats(out), logSumExp, operands.floats(queryKeyValue), shape, dropout);
      double[] tolerances = reference.gradientTolerances(x, doubles(dout));
      assertWithin(tolerances, doubles(expected), dqueryKeyValue, "dqueryKeyValue, " + operands);
      operands.checkIntact();
    }
  }

  /** Scores of several hundred: their exponentials overflow float. */
  @Test
  void largeScoresGiveFiniteOutputsAndGradients() {
    AttentionShape shape = new AttentionShape(1, 19, 1, 8);
    try (Operands operands = new Operands(kernel, 9)) {
      Tensor queryKeyValue = operands.operand("queryKeyValue", () -> 20 * operands.random().nextGaussian(), 19, 24);
      Tensor out = operands.operandOutput("out", 19, 8);
      Tensor logSumExp = operands.output("logSumExp", 1, 1, 19);
      Tensor dout = operands.operand("dout", 19, 8);
      Tensor dqueryKeyValue = operands.operandOutput("dqueryKeyValue", 19, 24);
      kernel.attention(out, logSumExp, queryKeyValue, shape, Dropout.NONE);
      kernel.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, Dropout.NONE);
      AttentionReference reference = new AttentionReference(shape, Dropout.NONE, operands.operandUnit());
      double[] x = doubles(queryKeyValue);
      assertWithin(reference.outTolerances(x), reference.forward(x), out, "out");
      double[] expected = gradient(x, doubles(dout), reference::forward);
      assertGradient(reference.gradientTolerances(x, doubles(dout)), expected, dqueryKeyValue, "dqueryKeyValue");
      operands.checkIntact();
    }
  }

  @Test
  void noQuerySeesLaterPositions() {
    AttentionShape shape = new AttentionShape(1, 23, 2, 5);
    try (Operands operands = new Operands(kernel, 10)) {
      Tensor queryKeyValue = operands.operandInOut("queryKeyValue", 23, 30);
      Tensor out = operands.operandOutput("out", 23, 10);
      Tensor logSumExp = operands.output("logSumExp", 1, 2, 23);
      kernel.attention(out, logSumExp, queryKeyValue, shape, Dropout.NONE);
      float[] before = out.toFloats();
      for (long i = 14 * 30; i < queryKeyValue.elementCount(); i++) {
        queryKeyValue.setFloat(i, 1e6f);
      }
      kernel.attention(out, logSumExp, queryKeyValue, shape, Dropout.NONE);
      for (int i = 0; i < 14 * 10; i++) {
        assertEquals(before[i], out.getFloat(i), "element " + i + " of out");
      }
      operands.checkIntact();
    }
  }
}
