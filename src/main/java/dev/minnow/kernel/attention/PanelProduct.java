package dev.minnow.kernel.attention;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.attention.HeadProgram.Argument;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Small matrix products among panels in one scratch array, tile by tile: by {@link HeadProgram}, or, with the same bits, by loops where
 * there is no machine code. A panel is row-major with {@link #STRIDE} floats from row to row, whatever part of a row is used: constant
 * distances become displacements of the load instructions, which saves registers.
 */
final class PanelProduct {
  /** Floats of one panel row: 256 bytes. */
  static final int STRIDE = 64;

  /** Rows of one tile; the rows of a product are padded to a multiple of it. */
  static final int TILE_ROWS = 8;

  /** Columns of one tile: 2 vectors. */
  static final int TILE_COLUMNS = 2 * Lanes.COUNT;

  /** A tile of zeros, from which the loops begin their sums. */
  private static final int ZEROS = Workspace.ALIGNED;

  /** The first index of the scratch array that is free for panels. */
  static final int FREE = ZEROS + TILE_ROWS * STRIDE;

  private static final int LANES = Lanes.COUNT;

  /** From the upper rows of a tile to the lower ones. */
  private static final int LOWER = PanelTile4.ROWS * STRIDE;

  /** By the left operand's form, then by what becomes of sums; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          Stream.of(false, true).flatMap(PanelProduct::programs).toList(), (code, entry) -> code.functionOfArrays(entry));

  /** Where functions of left operands in columns begin. */
  private static final int IN_COLUMNS = Accumulation.values().length;

  private PanelProduct() {}

  private static Stream<ToIntFunction<Assembler>> programs(boolean inColumns) {
    return Arrays.stream(Accumulation.values())
        .map(accumulation -> assembler -> new HeadProgram(assembler, inColumns, accumulation).function());
  }

  /** Whether there is machine code, which fetches what {@link CodeScratch#ahead} asks for. */
  static boolean fetches() {
    return !FUNCTIONS.isEmpty();
  }

  /** Prepares the scratch array, which has other uses in between, for the loops. */
  static void begin(float[] s) {
    if (!fetches()) {
      Arrays.fill(s, ZEROS, FREE, 0);
    }
  }

  /** The end of the tiles of rows that share a column with the vector of columns from {@code column} on, when one is transposed. */
  static int tileRowsEnd(int column) {
    return Math.max(column + LANES, column / TILE_ROWS * TILE_ROWS + TILE_ROWS);
  }

  /**
   * Tiles at c = A x B, or c += A x B, where element (r, k) of A is at a + 64 r + k.
   *
   * @param rows tiles below each other, at least 1
   * @param columns tiles beside each other, at least 1
   * @param depth of the first row of tiles; of each at least 0
   * @param skipped steps more, a multiple of {@link HeadProgram#UNROLLED}, that each row of tiles leaves out at the beginning
   */
  static void ofRows(
      Workspace workspace, float[] s, Accumulation accumulation, int c, int a, int b, int rows, int columns, int depth, int skipped) {
    require(rows, columns, depth, -skipped);
    if (fetches()) {
      operands(workspace.code(), c, a, b, rows, columns);
      steps(workspace.code(), depth, -skipped, TILE_ROWS * STRIDE + skipped, skipped * STRIDE, columns);
      call(workspace, s, accumulation.ordinal());
      return;
    }
    for (int row = 0; row < rows; row++) {
      int first = row * skipped;
      for (int column = 0; column < columns; column++) {
        int at = c + row * TILE_ROWS * STRIDE + column * TILE_COLUMNS;
        int from = accumulation == Accumulation.ADD ? at : ZEROS;
        tileOfRows(s, at, from, a + row * TILE_ROWS * STRIDE + first, b + first * STRIDE + column * TILE_COLUMNS, depth - first);
      }
    }
  }

  /**
   * Tiles at c = A x B, or c += A x B, where element (r, k) of A is at a + 64 k + r.
   *
   * @param rows tiles below each other, at least 1
   * @param columns tiles beside each other, at least 1
   * @param depth of the first row of tiles; of each at least 0
   * @param added steps, a multiple of {@link HeadProgram#UNROLLED}, that each row of tiles has more than the one above
   */
  static void ofColumns(
      Workspace workspace, float[] s, Accumulation accumulation, int c, int a, int b, int rows, int columns, int depth, int added) {
    require(rows, columns, depth, added);
    if (fetches()) {
      operands(workspace.code(), c, a, b, rows, columns);
      steps(workspace.code(), depth, added, TILE_ROWS, 0, columns);
      call(workspace, s, IN_COLUMNS + accumulation.ordinal());
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int at = c + row * TILE_ROWS * STRIDE + column * TILE_COLUMNS;
        int from = accumulation == Accumulation.ADD ? at : ZEROS;
        tileOfColumns(s, at, from, a + row * TILE_ROWS, b + column * TILE_COLUMNS, depth + row * added);
      }
    }
  }

  /** Machine code counts down to 0, which it would not meet from elsewhere. */
  private static void require(int rows, int columns, int depth, int more) {
    if (rows < 1 || columns < 1 || Math.min(depth, depth + (rows - 1) * more) < 0 || more % HeadProgram.UNROLLED != 0) {
      throw new IllegalArgumentException(
          "there are no " + rows + " x " + columns + " tiles with sums of " + depth + " steps and " + more + " more in each row");
    }
  }

  private static void operands(CodeScratch arguments, int c, int a, int b, int rows, int columns) {
    arguments.put(Argument.LEFT, bytes(a));
    arguments.put(Argument.RIGHT, bytes(b));
    arguments.put(Argument.OUT, bytes(c));
    arguments.put(Argument.ROWS, rows);
    arguments.put(Argument.COLUMNS, columns);
  }

  private static void steps(CodeScratch arguments, int depth, int more, int leftRow, int rightRow, int columns) {
    arguments.put(Argument.UNROLLED_STEPS, depth / HeadProgram.UNROLLED);
    arguments.put(Argument.UNROLLED_ROW, more / HeadProgram.UNROLLED);
    arguments.put(Argument.LAST_STEPS, depth % HeadProgram.UNROLLED);
    arguments.put(Argument.LEFT_ROW, bytes(leftRow));
    arguments.put(Argument.RIGHT_ROW, bytes(rightRow - columns * TILE_COLUMNS));
    arguments.put(Argument.OUT_ROW, bytes(TILE_ROWS * STRIDE - columns * TILE_COLUMNS));
  }

  private static void call(Workspace workspace, float[] s, int function) {
    CodeScratch arguments = workspace.code();
    arguments.put(Argument.FETCH, arguments.ahead().address());
    arguments.call(FUNCTIONS.get(function), workspace.memory(s), Lanes.MEMORY, Lanes.MEMORY);
  }

  private static long bytes(int floats) {
    return (long) floats * Float.BYTES;
  }

  private static void tileOfRows(float[] s, int c, int t, int a, int b, int depth) {
    if (Lanes.IN_SIXTEEN_REGISTERS) {
      PanelTile4.ofRows(s, c, t, a, b, depth);
      PanelTile4.ofRows(s, c + LOWER, t + LOWER, a + LOWER, b, depth);
    } else {
      PanelTile8.ofRows(s, c, t, a, b, depth);
    }
  }

  private static void tileOfColumns(float[] s, int c, int t, int a, int b, int depth) {
    if (Lanes.IN_SIXTEEN_REGISTERS) {
      PanelTile4.ofColumns(s, c, t, a, b, depth);
      PanelTile4.ofColumns(s, c + LOWER, t + LOWER, a + PanelTile4.ROWS, b, depth);
    } else {
      PanelTile8.ofColumns(s, c, t, a, b, depth);
    }
  }
}
