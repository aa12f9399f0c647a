package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.PanelProgram.Left;
import dev.minnow.kernel.PanelProgram.Output;
import dev.minnow.memory.Tensor;
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
    for (Left form : Left.values()) {
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
          for (int panel = 0; panel < panels; panel++) {
            RegisterTile.multiplyByVectors(scratch, form, LEFT, RIGHT + panel * COLUMNS * depth, depth);
            long columnBytes = (long) panel * COLUMNS * Float.BYTES;
            store(output, expected.address() + columnBytes, stride, bias.address() + columnBytes);
          }
          for (long i = 0; i < out.elementCount(); i++) {
            assertEquals(expected.getFloat(i), out.getFloat(i), form + ", " + output + ", element " + i);
          }
          operands.checkIntact();
        }
      }
    }
  }

  private void store(Output output, long out, long stride, long bias) {
    switch (output) {
      case SET -> TileStore.set(scratch.tile, out, stride, ROWS, COLUMNS);
      case SET_PLUS_BIAS -> TileStore.setPlusBias(scratch.tile, out, stride, ROWS, COLUMNS, bias);
      case ADD -> TileStore.add(scratch.tile, out, stride, ROWS, COLUMNS);
    }
  }

  @Test
  void aTileOfTheScratchIsTheSameBits() {
    assumeTrue(Panels.areHere(), "there is no machine code for panels here");
    fill(5);
    for (Left form : Left.values()) {
      RegisterTile.multiplyByVectors(scratch, form, LEFT, RIGHT, 77);
      float[] expected = scratch.tile.clone();
      scratch.tile[Workspace.ALIGNED] = 0;
      Panels.multiplyToTile(scratch, form, LEFT, RIGHT, 77);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], scratch.tile[i], form + ", element " + i);
      }
    }
  }
}
