package dev.minnow.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Operands;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Residuals in machine code against the loops of {@link VectorResidual}, bit for bit. */
class ResidualsTest {
  /** More than the scratch has keys for at once. */
  private static final int ROWS = 519;
  private static final int COLUMNS = 5 * VectorCode.FLOATS;

  /** Of which machine code takes none. */
  private static final int NARROW = VectorCode.FLOATS - 1;

  @ParameterizedTest
  @CsvSource({"true, 0", "false, 0", "true, 0.2", "false, 0.5"})
  void resultsAreTheSameBits(boolean withBias, float rate) {
    assumeTrue(Residuals.takes(COLUMNS), "there is no machine code for residuals here");
    Dropout dropout = new Dropout(rate, 0x8F3C_0011_5A5A_1234L);
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
        VectorResidual.epilogue(expected, residual, bias, dropout)
            .finish(1, ROWS, column, Math.min(COLUMNS, column + NARROW), workspace);
      }
      Epilogue epilogue = VectorResidual.epilogue(out, residual, bias, dropout);
      epilogue.finish(1, 3, 0, COLUMNS, workspace);
      epilogue.finish(3, ROWS, 0, 2 * VectorCode.FLOATS, workspace);
      epilogue.finish(3, ROWS, 2 * VectorCode.FLOATS, COLUMNS, workspace);
      assertArrayEquals(expected.toFloats(), out.toFloats());
      operands.checkIntact();
    }
  }
}
