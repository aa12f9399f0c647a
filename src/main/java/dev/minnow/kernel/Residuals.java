package dev.minnow.kernel;

import java.lang.invoke.MethodHandle;
import java.util.List;

/** {@link ResidualProgram} as functions that Java calls, where the system takes machine code and vectors have its width. */
final class Residuals {
  /** How far ahead the residual is fetched, at least. */
  private static final int AHEAD_BYTES = 2048;

  /** With a bias, and without; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          List.of(assembler -> new ResidualProgram(assembler, true).function(),
              assembler -> new ResidualProgram(assembler, false).function()),
          (code, entry) -> code.function(entry));

  private Residuals() {}

  /** Whether {@link #add} takes so many columns; {@link VectorResidual}'s loops, which give the same bits, take any. */
  static boolean takes(int columns) {
    return !FUNCTIONS.isEmpty() && columns % Lanes.COUNT == 0;
  }

  /**
   * out += bias + residual.
   *
   * @param out address of the first element
   * @param residual address of the first element; both have rows of {@code rowBytes}
   * @param bias address of a float for each column, or 0 for none
   * @param rows at least 1
   * @param columns at least 1 and what {@link #takes} allows
   */
  static void add(long out, long residual, long bias, int rows, int columns, long rowBytes, TileScratch scratch) {
    long partBytes = (long) columns * Float.BYTES;
    scratch.put(ResidualProgram.Argument.OUT, out);
    scratch.put(ResidualProgram.Argument.RESIDUAL, residual);
    scratch.put(ResidualProgram.Argument.BIAS, bias);
    scratch.put(ResidualProgram.Argument.ROWS, rows);
    scratch.put(ResidualProgram.Argument.VECTORS, columns / Lanes.COUNT);
    scratch.put(ResidualProgram.Argument.SKIP, rowBytes - partBytes);
    scratch.put(ResidualProgram.Argument.AHEAD, Math.ceilDiv(AHEAD_BYTES, partBytes) * rowBytes);
    scratch.call(FUNCTIONS.get(bias == 0 ? 1 : 0));
  }
}
