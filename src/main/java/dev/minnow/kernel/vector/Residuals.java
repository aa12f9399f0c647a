package dev.minnow.kernel.vector;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.row.FloatRows;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** {@link ResidualProgram} as functions that Java calls, where the system takes machine code and vectors have its width. */
final class Residuals {
  /** How far ahead the residual is fetched, at least. */
  private static final int AHEAD_BYTES = 2048;

  /** Rows whose keys the scratch has room for. */
  private static final int MOST_ROWS = (int) (CodeScratch.FLOAT_BLOCK_BYTES / Long.BYTES);

  /** With a bias and without, both without dropout, then both with it; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          List.of(assembler -> new ResidualProgram(assembler, true, false).function(),
              assembler -> new ResidualProgram(assembler, false, false).function(),
              assembler -> new ResidualProgram(assembler, true, true).function(),
              assembler -> new ResidualProgram(assembler, false, true).function()),
          (code, entry) -> code.function(entry));

  private Residuals() {}

  /** Whether {@link #add} takes so many columns; {@link VectorResidual}'s loops, which give the same bits, take any. */
  static boolean takes(int columns) {
    return !FUNCTIONS.isEmpty() && columns % Lanes.COUNT == 0;
  }

  /**
   * out = residual + dropout(out + bias), in a part of rows and columns that {@link #takes} allows.
   *
   * @param bias address of a float for each of the matrix's columns, or 0 for none
   */
  static void add(
      FloatRows out, FloatRows residual, long bias, int firstRow, int endRow, int firstColumn, int endColumn, Dropout dropout,
      CodeScratch scratch) {
    int columns = endColumn - firstColumn;
    long partBytes = (long) columns * Float.BYTES;
    scratch.put(ResidualProgram.Argument.VECTORS, columns / Lanes.COUNT);
    scratch.put(ResidualProgram.Argument.SKIP, out.rowBytes() - partBytes);
    scratch.put(ResidualProgram.Argument.AHEAD, Math.ceilDiv(AHEAD_BYTES, partBytes) * out.rowBytes());
    scratch.put(ResidualProgram.Argument.BIAS, bias + (long) firstColumn * Float.BYTES);
    scratch.put(ResidualProgram.Argument.DROPOUT_KEYS, scratch.floatBlock());
    scratch.put(ResidualProgram.Argument.DROPOUT_THRESHOLD, dropout.threshold());
    scratch.put(ResidualProgram.Argument.DROPOUT_SCALE, dropout.scale());
    scratch.put(ResidualProgram.Argument.FIRST_TERM, Dropout.term(firstColumn));
    MethodHandle function = FUNCTIONS.get((bias == 0 ? 1 : 0) + (dropout.isNone() ? 0 : 2));
    for (int row = firstRow; row < endRow; row += MOST_ROWS) {
      int rows = Math.min(MOST_ROWS, endRow - row);
      for (int i = 0; !dropout.isNone() && i < rows; i++) {
        Lanes.MEMORY.set(Lanes.LONG, scratch.floatBlock() + (long) i * Long.BYTES, dropout.rowKey(row + i));
      }
      scratch.put(ResidualProgram.Argument.OUT, out.at(row, firstColumn));
      scratch.put(ResidualProgram.Argument.RESIDUAL, residual.at(row, firstColumn));
      scratch.put(ResidualProgram.Argument.ROWS, rows);
      scratch.call(function);
    }
  }
}
