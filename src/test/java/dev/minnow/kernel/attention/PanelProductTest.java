package dev.minnow.kernel.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of attention's panels, by machine code or by loops, against plain sums of one chain each, bit for bit. */
class PanelProductTest {
  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int TILE_ROWS = PanelProduct.TILE_ROWS;
  private static final int TILE_COLUMNS = PanelProduct.TILE_COLUMNS;
  private static final int A = PanelProduct.FREE;
  private static final int B = A + 100 * STRIDE;
  private static final int C = B + 200 * STRIDE;
  private static final int END = C + 100 * STRIDE;

  private final Workspace workspace = Workspaces.alone();
  private final float[] expected = new float[END];

  private void fill(float[] s) {
    for (int i = A; i < END; i++) {
      s[i] = (float) Math.sin(0.7 * i + 0.001 * i * i);
    }
    PanelProduct.begin(s);
    System.arraycopy(s, 0, expected, 0, END);
  }

  /** A number of the left operand: of a row of all tiles and a step. */
  @FunctionalInterface
  private interface Left {
    float at(int row, int step);
  }

  /** One row of tiles by plain sums over some steps, put into what is expected. */
  private void addRow(Accumulation accumulation, int tileRow, int columns, int firstStep, int endStep, Left left) {
    for (int row = tileRow * TILE_ROWS; row < (tileRow + 1) * TILE_ROWS; row++) {
      for (int column = 0; column < columns * TILE_COLUMNS; column++) {
        int at = C + row * STRIDE + column;
        float sum = accumulation == Accumulation.ADD ? expected[at] : 0;
        for (int step = firstStep; step < endStep; step++) {
          sum = Math.fma(left.at(row, step), expected[B + step * STRIDE + column], sum);
        }
        expected[at] = sum;
      }
    }
  }

  private static void check(float[] expected, float[] s) {
    float[] actual = new float[END];
    System.arraycopy(s, 0, actual, 0, END);
    assertArrayEquals(expected, actual);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 0", "1, 2, 64, 0", "1, 4, 10, 0", "8, 1, 63, 0", "3, 2, 6, 0", "8, 1, 64, 8", "4, 2, 27, 8", "2, 1, 9, 8",
      "2, 1, 8, 8"})
  void ofRows(int rows, int mostColumns, int depth, int skipped) {
    int columns = Math.min(mostColumns, STRIDE / TILE_COLUMNS);
    for (Accumulation accumulation : Accumulation.values()) {
      fill(workspace.right());
      for (int row = 0; row < rows; row++) {
        addRow(accumulation, row, columns, row * skipped, depth, (r, step) -> expected[A + r * STRIDE + step]);
      }
      PanelProduct.ofRows(workspace, workspace.right(), accumulation, C, A, B, rows, columns, depth, skipped);
      check(expected, workspace.right());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 0", "2, 2, 0, 0", "2, 4, 7, 0", "8, 1, 63, 0", "3, 2, 6, 0", "8, 2, 8, 8", "4, 1, 27, 8", "8, 2, 100, 8",
      "2, 1, 0, 8"})
  void ofColumns(int rows, int mostColumns, int depth, int added) {
    int columns = Math.min(mostColumns, STRIDE / TILE_COLUMNS);
    for (Accumulation accumulation : Accumulation.values()) {
      fill(workspace.right());
      for (int row = 0; row < rows; row++) {
        addRow(accumulation, row, columns, 0, depth + row * added, (r, step) -> expected[A + step * STRIDE + r]);
      }
      PanelProduct.ofColumns(workspace, workspace.right(), accumulation, C, A, B, rows, columns, depth, added);
      check(expected, workspace.right());
    }
  }

  @Test
  void anArrayOfItsOwnWillDo() {
    float[] wide = workspace.atLeast(END + 1);
    fill(wide);
    addRow(Accumulation.SET, 0, 1, 0, 5, (r, step) -> expected[A + r * STRIDE + step]);
    PanelProduct.ofRows(workspace, wide, Accumulation.SET, C, A, B, 1, 1, 5, 0);
    check(expected, wide);
  }

  /** The loops where there is no machine code, whatever this processor takes. */
  @Test
  void loops() {
    float[] s = workspace.right();
    fill(s);
    addRow(Accumulation.ADD, 0, 1, 0, 9, (r, step) -> expected[A + r * STRIDE + step]);
    PanelTile8.ofRows(s, C, C, A, B, 9);
    check(expected, s);
    addRow(Accumulation.ADD, 0, 1, 0, 9, (r, step) -> expected[A + step * STRIDE + r]);
    PanelTile8.ofColumns(s, C, C, A, B, 9);
    check(expected, s);
    int lower = PanelTile4.ROWS * STRIDE;
    addRow(Accumulation.ADD, 0, 1, 0, 9, (r, step) -> expected[A + r * STRIDE + step]);
    PanelTile4.ofRows(s, C, C, A, B, 9);
    PanelTile4.ofRows(s, C + lower, C + lower, A + lower, B, 9);
    check(expected, s);
    addRow(Accumulation.ADD, 0, 1, 0, 9, (r, step) -> expected[A + step * STRIDE + r]);
    PanelTile4.ofColumns(s, C, C, A, B, 9);
    PanelTile4.ofColumns(s, C + lower, C + lower, A + PanelTile4.ROWS, B, 9);
    check(expected, s);
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1, 0", "1, 0, 1, 0", "1, 1, -1, 0", "3, 1, 8, 8", "1, 1, 1, 2"})
  void whatIsNoProductIsRefused(int rows, int columns, int depth, int skipped) {
    fill(workspace.right());
    assertThrows(
        IllegalArgumentException.class,
        () -> PanelProduct.ofRows(workspace, workspace.right(), Accumulation.SET, C, A, B, rows, columns, depth, skipped));
    assertThrows(
        IllegalArgumentException.class,
        () -> PanelProduct.ofColumns(workspace, workspace.right(), Accumulation.SET, C, A, B, rows, columns, depth, -skipped));
    check(expected, workspace.right());
  }
}
