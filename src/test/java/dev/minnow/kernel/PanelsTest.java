package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.TileStore.Output;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of panels in machine code against the loops of {@link RegisterTile} and {@link TileStore}, bit for bit. */
class PanelsTest {
  private static final int ROWS = RegisterTile.ROWS;
  private static final int COLUMNS = RegisterTile.COLUMNS;

  /** Panels begin elsewhere than the scratch does. */
  private static final int LEFT = Workspace.ALIGNED + 2 * ROWS;

  private static final int RIGHT = Workspace.ALIGNED + 7 * COLUMNS;

  private final Workspace scratch = new Workspace();

  private void fill(int seed) {
    for (int i = 0; i < scratch.left.length; i++) {
      scratch.left[i] = (float) Math.sin(seed + 0.7 * i);
    }
    for (int i = 0; i < scratch.right.length; i++) {
      scratch.right[i] = (float) Math.cos(seed + 0.3 * i);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "7, 2", "64, 5", "384, 1", "512, 3"})
  void outputsAreTheSameBits(int depth, int panels) {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    fill(depth);
    int columns = panels * COLUMNS;
    for (LeftPanel.Form form : LeftPanel.Form.values()) {
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
          Panels.multiply(scratch, form, LEFT, RIGHT, depth, panels, out.address(), stride, output, bias.address());
          multiplyByVectors(form, LEFT, RIGHT, depth, panels, expected.address(), stride, output, bias.address());
          for (long i = 0; i < out.elementCount(); i++) {
            assertEquals(expected.getFloat(i), out.getFloat(i), form + ", " + output + ", element " + i);
          }
          operands.checkIntact();
        }
      }
    }
  }

  /** {@link Panels#multiply} by the loops, one tile after the other. */
  private void multiplyByVectors(
      LeftPanel.Form form, int left, int right, int depth, int panels, long out, long stride, Output output, long bias) {
    for (int panel = 0; panel < panels; panel++) {
      RegisterTile.multiplyByVectors(scratch, form, left, right + panel * COLUMNS * depth, depth);
      long columnBytes = (long) panel * COLUMNS * Float.BYTES;
      TileStore.store(output, scratch.tile, out + columnBytes, stride, ROWS, COLUMNS, bias + columnBytes);
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
    int right = scratch.right.length - depth * columns;
    float[] leftBefore = scratch.left.clone();
    float[] rightBefore = scratch.right.clone();
    try (Operands operands = new Operands(new ScalarKernel(), depth)) {
      Tensor bias = operands.input("bias", columns);
      Tensor out = operands.output("out", ROWS, columns);
      Tensor expected = operands.output("expected", ROWS, columns);
      long stride = (long) columns * Float.BYTES;
      Panels.multiply(
          scratch, LeftPanel.Form.COLUMNS, left, right, depth, panels, out.address(), stride, Output.SET_PLUS_BIAS, bias.address());
      multiplyByVectors(
          LeftPanel.Form.COLUMNS, left, right, depth, panels, expected.address(), stride, Output.SET_PLUS_BIAS, bias.address());
      assertArrayEquals(expected.toFloats(), out.toFloats());
      operands.checkIntact();
    }
    assertArrayEquals(leftBefore, scratch.left);
    assertArrayEquals(rightBefore, scratch.right);
  }

  @Test
  void aTileOfTheScratchIsTheSameBits() {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    fill(5);
    for (LeftPanel.Form form : LeftPanel.Form.values()) {
      Arrays.fill(scratch.tile, Float.NaN);
      RegisterTile.multiplyByVectors(scratch, form, LEFT, RIGHT, 77);
      float[] expected = scratch.tile.clone();
      Arrays.fill(scratch.tile, Float.NaN);
      Panels.multiplyToTile(scratch, form, LEFT, RIGHT, 77);
      assertArrayEquals(expected, scratch.tile, form.toString());
      assertFalse(Float.isNaN(expected[Workspace.ALIGNED + ROWS * COLUMNS - 1]));
      assertTrue(Float.isNaN(expected[Workspace.ALIGNED + ROWS * COLUMNS]));
    }
  }
}
