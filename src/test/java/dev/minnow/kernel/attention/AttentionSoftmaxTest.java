package dev.minnow.kernel.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention's softmax on panels, by machine code or by loops, against one query after the other in plain floats, bit for bit. */
class AttentionSoftmaxTest {
  private static final int STRIDE = PanelProduct.STRIDE;

  private final Workspace workspace = Workspaces.alone();
  private final AttentionScratch at = new AttentionScratch(64);
  private final float[] actual = at.of(workspace);
  private final float[] expected = new float[actual.length];

  private void fill() {
    Random random = new Random(11);
    for (int i = PanelProduct.FREE; i < actual.length; i++) {
      actual[i] = (float) (9 * random.nextGaussian());
    }
    for (int i = at.scores; i < at.scores + at.keyBlock * STRIDE; i += 97) {
      actual[i] = i % 2 == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    Arrays.fill(actual, at.maxima + 3, at.maxima + 12, Float.NEGATIVE_INFINITY);
    Arrays.fill(actual, at.sums + 3, at.sums + 12, 0);
    System.arraycopy(actual, 0, expected, 0, actual.length);
  }

  /** Keys of the tiles that a query's vector has. */
  private static int keys(int query, int count, int keyCount, int diagonal) {
    return AttentionProducts.visibleKeys(PanelProduct.tileRowsEnd(query / Lanes.COUNT * Lanes.COUNT), count, keyCount, diagonal);
  }

  private void check() {
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], "element " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"64, 64, 0", "64, 256, 192", "64, 256, 500", "1, 1, 0", "9, 23, 14", "37, 64, 64", "64, 32, -32", "50, 7, 3"})
  void exponentials(int count, int keyCount, int diagonal) {
    fill();
    for (int query = 0; query < Lanes.padded(count); query++) {
      int rows = keys(query, count, keyCount, diagonal);
      float before = expected[at.maxima + query];
      float max = before;
      for (int key = 0; key < rows; key++) {
        float score = expected[at.scores + key * STRIDE + query];
        max = score > max ? score : max;
      }
      float factor = Exponentials.of(before - max);
      float sum = expected[at.sums + query] * factor;
      for (int key = 0; key < rows; key++) {
        int cell = at.scores + key * STRIDE + query;
        expected[cell] = Exponentials.of(expected[cell] - max);
        sum += expected[cell];
      }
      expected[at.maxima + query] = max;
      expected[at.factors + query] = factor;
      expected[at.sums + query] = sum;
    }
    AttentionSoftmax.exponentials(workspace, actual, at, count, keyCount, diagonal);
    check();
  }

  @ParameterizedTest
  @CsvSource({"64, 64, 0", "64, 256, 192", "64, 256, 500", "1, 1, 0", "9, 23, 14", "37, 64, 64", "64, 32, -32", "50, 7, 3"})
  void gradients(int count, int keyCount, int diagonal) {
    fill();
    for (int query = 0; query < Lanes.padded(count); query++) {
      for (int key = 0; key < keys(query, count, keyCount, diagonal); key++) {
        int cell = key * STRIDE + query;
        float probability = Exponentials.of(expected[at.scores + cell] - expected[at.logSumExp + query]);
        expected[at.scores + cell] = probability;
        expected[at.scoreGradients + cell] = (expected[at.scoreGradients + cell] - expected[at.weightedSums + query]) * probability;
      }
    }
    AttentionSoftmax.gradients(workspace, actual, at, count, keyCount, diagonal, 0, Dropout.NONE);
    check();
  }
}
