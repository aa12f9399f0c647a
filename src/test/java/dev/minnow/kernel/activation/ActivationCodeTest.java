package dev.minnow.kernel.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.Operands;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activation functions in machine code against the loops of {@link VectorActivation}, bit for bit. */
class ActivationCodeTest {
  private static final int ROWS = 5;

  /** Of which machine code takes all but the last. */
  private static final int COLUMNS = 5 * ActivationCode.AT_ONCE + 1;

  private static final float[] EXTREMES = {
      0, -0f, 1e-45f, -1e-38f, 4.9f, -5, 9.5f, -9.5f, 12.9f, -13.1f, 30.1f, -50, 1e6f, -1e12f, 3e38f, -3e38f, Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY, Float.NaN
  };

  @ParameterizedTest
  @EnumSource
  void resultsAreTheSameBits(ActivationFunction function) {
    assumeTrue(ActivationCode.columns(COLUMNS) == COLUMNS - 1, "there is no machine code for activation functions here");
    try (Operands operands = new Operands(new ScalarKernel(), 1)) {
      Iterator<Float> values = values();
      Tensor in = operands.operand("in", values::next, ROWS, COLUMNS);
      Tensor dout = operands.input("dout", ROWS, COLUMNS);
      Workspace workspace = Workspaces.alone();
      Tensor expected = operands.output("expected", ROWS, COLUMNS);
      Tensor out = operands.output("out", ROWS, COLUMNS);
      // Narrow parts leave machine code out.
      inNarrowParts(VectorActivation.forwardEpilogue(expected, in, function), workspace);
      VectorActivation.forwardEpilogue(out, in, function).finish(0, ROWS, 0, COLUMNS, workspace);
      assertSameBits(expected, out);
      inNarrowParts(VectorActivation.backwardEpilogue(expected, dout, in, function), workspace);
      VectorActivation.backwardEpilogue(out, dout, in, function).finish(0, ROWS, 0, COLUMNS, workspace);
      assertSameBits(expected, out);
      operands.checkIntact();
    }
  }

  private static Iterator<Float> values() {
    Random random = new Random(7);
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> i % 3 == 0 ? EXTREMES[i / 3 % EXTREMES.length] : (float) (5 * random.nextGaussian()))
        .iterator();
  }

  private static void inNarrowParts(Epilogue epilogue, Workspace workspace) {
    int width = ActivationCode.AT_ONCE - 1;
    for (int column = 0; column < COLUMNS; column += width) {
      epilogue.finish(0, ROWS, column, Math.min(COLUMNS, column + width), workspace);
    }
  }

  private static void assertSameBits(Tensor expected, Tensor out) {
    for (long i = 0; i < out.elementCount(); i++) {
      assertEquals(expected.getFloat(i), out.getFloat(i), "element " + i);
    }
  }
}
