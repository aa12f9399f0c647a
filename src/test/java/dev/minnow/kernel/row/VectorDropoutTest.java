package dev.minnow.kernel.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout of scratch, by machine code where the system takes it, and its loop, against the mask's definition, bit for bit. */
class VectorDropoutTest {
  private static final Dropout DROPOUT = new Dropout(0.3f, 0x0123_4567_89AB_CDEFL);
  private static final int STRIDE = 5 * Lanes.COUNT;
  private static final int AT = Workspace.ALIGNED;

  private final Workspace workspace = Workspaces.alone();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 1000})
  void elementsOfARow(int column) {
    int count = 3 * Lanes.COUNT;
    float[] s = numbers(workspace.regions);
    float[] expected = s.clone();
    for (int i = 0; i < count; i++) {
      expected[AT + i] *= DROPOUT.factor(11, column + i);
    }
    VectorDropout.multiply(workspace, s, AT, count, DROPOUT, 11, column);
    assertArrayEquals(expected, s);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void elementsWhoseRowsLieInTheLanes(int firstVector) {
    int columns = 7;
    int row = firstVector * Lanes.COUNT;
    float[] s = numbers(workspace.right());
    float[] loops = s.clone();
    float[] expected = s.clone();
    for (int i = 0; i < columns; i++) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        expected[AT + i * STRIDE + lane] *= DROPOUT.factor(100 + row + lane, 40 + i);
      }
    }
    VectorDropout.noteRows(workspace.ints, 100, VectorDropout.MOST_ROWS, DROPOUT);
    VectorDropout.multiplyTransposed(workspace, s, AT, columns, STRIDE, DROPOUT, row, 40);
    assertArrayEquals(expected, s);
    VectorDropout.multiply(loops, AT, columns, STRIDE, workspace.ints, row, Dropout.term(1), DROPOUT);
    assertArrayEquals(expected, loops);
  }

  private static float[] numbers(float[] s) {
    Random random = new Random(3);
    for (int i = 0; i < s.length; i++) {
      s[i] = (float) random.nextGaussian();
    }
    Arrays.fill(s, AT, AT + 4, Float.NaN);
    Arrays.fill(s, AT + 4, AT + 8, Float.NEGATIVE_INFINITY);
    return s;
  }
}
