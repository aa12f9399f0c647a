package dev.minnow.kernel.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.Operands;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import dev.minnow.kernel.product.TileStore.Output;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of panels in machine code against what {@link RegisterTile} says and {@link TileStore} does, bit for bit. */
class PanelsTest {
  private static final int ROWS = RegisterTile.ROWS;
  private static final int COLUMNS = RegisterTile.COLUMNS;

  /** Panels begin elsewhere than the scratch does. */
  private static final int LEFT = Workspace.ALIGNED + 2 * ROWS;

  private static final int RIGHT = Workspace.ALIGNED + 7 * COLUMNS;

  private final Workspace scratch = Workspaces.alone();

  private void fill(int seed) {
    for (int i = 0; i < scratch.left().length; i++) {
      scratch.left()[i] = (float) Math.sin(seed + 0.7 * i);
    }
    for (int i = 0; i < scratch.right().length; i++) {
      scratch.right()[i] = (float) Math.cos(seed + 0.3 * i);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "7, 2", "64, 5", "384, 1", "512, 3"})
  void outputsAreTheSameBits(int depth, int panels) {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    fill(depth);
    int columns = panels * COLUMNS;
    for (Output output : Output.values()) {
      try (Operands operands = new Operands(new ScalarKernel(), depth)) {
        Tensor bias = operands.input("bias", columns);
        Tensor out = operands.output("out", ROWS, columns + 3);
        Tensor expected = operands.output("expected", ROWS, columns + 3);
        for (long i = 0; i < out.elementCount(); i++) {
          out.setFloat(i, (float) i);
          expected.setFloat(i, (float) i);
        }
        long stride = (columns + 3L) * Float.BYTES;
        Panels.multiply(scratch, LEFT, RIGHT, depth, panels, out.address(), stride, output, bias.address());
        multiplyOneByOne(LEFT, RIGHT, depth, panels, expected.address(), stride, output, bias.address());
        for (long i = 0; i < out.elementCount(); i++) {
          assertEquals(expected.getFloat(i), out.getFloat(i), output + ", element " + i);
        }
        operands.checkIntact();
      }
    }
  }

  /** {@link Panels#multiply} by plain sums, one tile after the other. */
  private void multiplyOneByOne(int left, int right, int depth, int panels, long out, long stride, Output output, long bias) {
    for (int panel = 0; panel < panels; panel++) {
      tile(left, right + panel * RightPanels.stride(depth), depth);
      long columnBytes = (long) panel * COLUMNS * Float.BYTES;
      TileStore.store(output, scratch.tile, out + columnBytes, stride, ROWS, COLUMNS, bias + columnBytes);
    }
  }

  /** {@link RegisterTile#multiply}, each sum a chain of its own. */
  private void tile(int left, int right, int depth) {
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum = Math.fma(scratch.left()[left + k * ROWS + r], scratch.right()[right + k * COLUMNS + c], sum);
        }
        scratch.tile[Workspace.ALIGNED + r * COLUMNS + c] = sum;
      }
    }
  }

  /** The last of a group of left panels, and right panels that fill their scratch and are more than one call takes. */
  @ParameterizedTest
  @CsvSource({"512, 12", "16, 150"})
  void panelsAtTheEndOfTheScratchAreReadAndNothingIsWrittenThere(int depth, int panels) {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    fill(depth);
    int left = Workspace.ALIGNED + (LeftPanel.GROUP - 1) * LeftPanel.columnsStride(depth);
    int columns = panels * COLUMNS;
    int right = scratch.right().length - panels * RightPanels.stride(depth) + RightPanels.GAP;
    float[] leftBefore = scratch.left().clone();
    float[] rightBefore = scratch.right().clone();
    try (Operands operands = new Operands(new ScalarKernel(), depth)) {
      Tensor bias = operands.input("bias", columns);
      Tensor out = operands.output("out", ROWS, columns);
      Tensor expected = operands.output("expected", ROWS, columns);
      long stride = (long) columns * Float.BYTES;
      Panels.multiply(scratch, left, right, depth, panels, out.address(), stride, Output.SET_PLUS_BIAS, bias.address());
      multiplyOneByOne(left, right, depth, panels, expected.address(), stride, Output.SET_PLUS_BIAS, bias.address());
      assertArrayEquals(expected.toFloats(), out.toFloats());
      operands.checkIntact();
    }
    assertArrayEquals(leftBefore, scratch.left());
    assertArrayEquals(rightBefore, scratch.right());
  }

  @Test
  void aTileOfTheScratchIsTheSameBits() {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    fill(5);
    Arrays.fill(scratch.tile, Float.NaN);
    tile(LEFT, RIGHT, 77);
    float[] expected = scratch.tile.clone();
    Arrays.fill(scratch.tile, Float.NaN);
    Panels.multiplyToTile(scratch, LEFT, RIGHT, 77);
    assertArrayEquals(expected, scratch.tile);
    assertFalse(Float.isNaN(expected[Workspace.ALIGNED + ROWS * COLUMNS - 1]));
    assertTrue(Float.isNaN(expected[Workspace.ALIGNED + ROWS * COLUMNS]));
  }

  /** Whole panels and parts of them, and depths that are no whole steps of the machine code. */
  @ParameterizedTest
  @CsvSource({"12, 1", "12, 4", "12, 7", "12, 512", "5, 9", "1, 16"})
  void leftRowsBecomeColumns(int most, int depth) {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    int rows = Math.min(most, ROWS);
    try (Operands operands = new Operands(new ScalarKernel(), depth)) {
      Tensor source = operands.input("source", rows, depth + 3);
      Arrays.fill(scratch.left(), Float.NaN);
      LeftPanel.packRows(scratch, source.address(), (depth + 3L) * Float.BYTES, rows, depth);
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < depth; k++) {
          assertEquals(source.getFloat(r * (depth + 3L) + k), scratch.left()[Workspace.ALIGNED + k * ROWS + r], r + ", " + k);
        }
      }
      assertTrue(Float.isNaN(scratch.left()[Workspace.ALIGNED + LeftPanel.columnsStride(depth)]));
    }
  }

  /** One panel to a whole group, up to the end of the operand, beyond which nothing may be read. */
  @ParameterizedTest
  @CsvSource({"12, 1, 0", "48, 512, 2", "48, 7, 0", "30, 9, 1", "15, 9, 1", "3, 5, 0"})
  void leftColumnsAreDealtOut(int most, int depth, int beyond) {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    int rows = Math.min(most, LeftPanel.GROUP * ROWS);
    int width = rows + beyond;
    try (Operands operands = new Operands(new ScalarKernel(), depth)) {
      Tensor source = operands.input("source", depth, width);
      LeftPanel.packColumns(scratch, source.address(), (long) width * Float.BYTES, rows, depth, source.elementCount());
      for (int r = 0; r < rows; r++) {
        int panel = Workspace.ALIGNED + r / ROWS * LeftPanel.columnsStride(depth);
        for (int k = 0; k < depth; k++) {
          assertEquals(source.getFloat((long) k * width + r), scratch.left()[panel + k * ROWS + r % ROWS], r + ", " + k);
        }
      }
    }
  }

  /** Whole panels, half ones and parts of these, from an operand in either order. */
  @ParameterizedTest
  @CsvSource({"32, 1", "64, 4", "48, 7", "24, 7", "384, 512", "37, 9", "5, 16"})
  void rightPanelsHoldTheOperand(int columns, int depth) {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    try (Operands operands = new Operands(new ScalarKernel(), depth)) {
      Tensor rows = operands.input("rows", depth, columns + 3);
      RightPanels.packRows(scratch, rows.address(), (columns + 3L) * Float.BYTES, columns, depth);
      for (int k = 0; k < depth; k++) {
        for (int c = 0; c < columns; c++) {
          assertEquals(rows.getFloat(k * (columns + 3L) + c), right(depth, k, c), k + ", " + c);
        }
      }
      Tensor turned = operands.input("turned", columns, depth + 3);
      RightPanels.packColumns(scratch, turned.address(), (depth + 3L) * Float.BYTES, columns, depth);
      for (int k = 0; k < depth; k++) {
        for (int c = 0; c < columns; c++) {
          assertEquals(turned.getFloat(c * (depth + 3L) + k), right(depth, k, c), k + ", " + c);
        }
      }
    }
  }

  private float right(int depth, int k, int column) {
    return scratch.right()[RightPanels.start(column / COLUMNS, depth) + k * COLUMNS + column % COLUMNS];
  }
}
