package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Residuals in machine code against the loops of {@link VectorResidual}, bit for bit. */
class ResidualsTest {
  private static final int ROWS = 7;
  private static final int COLUMNS = 5 * VectorCode.FLOATS;

  /** Of which machine code takes none. */
  private static final int NARROW = VectorCode.FLOATS - 1;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void resultsAreTheSameBits(boolean withBias) {
    assumeTrue(Residuals.takes(COLUMNS), "there is no machine code for residuals here");
    try (Operands operands = new Operands(new ScalarKernel(), 1)) {
      Tensor residual = operands.input("residual", ROWS, COLUMNS);
      Tensor bias = withBias ? operands.input("bias", COLUMNS) : null;
      Tensor products = operands.input("products", ROWS, COLUMNS);
      Tensor expected = operands.output("expected", ROWS, COLUMNS);
      Tensor out = operands.output("out", ROWS, COLUMNS);
      expected.copyFrom(products);
      out.copyFrom(products);
      Workspace workspace = Workspaces.alone();
      for (int column = 0; column < COLUMNS; column += NARROW) {
        VectorResidual.epilogue(expected, residual, bias, Dropout.NONE)
            .finish(1, ROWS, column, Math.min(COLUMNS, column + NARROW), workspace);
      }
      Epilogue epilogue = VectorResidual.epilogue(out, residual, bias, Dropout.NONE);
      epilogue.finish(1, 3, 0, COLUMNS, workspace);
      epilogue.finish(3, ROWS, 0, 2 * VectorCode.FLOATS, workspace);
      epilogue.finish(3, ROWS, 2 * VectorCode.FLOATS, COLUMNS, workspace);
      assertArrayEquals(expected.toFloats(), out.toFloats());
      operands.checkIntact();
    }
  }
}
