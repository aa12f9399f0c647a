package dev.minnow.kernel.attention;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.weight.FloatWeightRows;
import dev.minnow.kernel.weight.NarrowLinear;
import dev.minnow.kernel.weight.WeightRows;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of a single query: each key and each value is read once, so memory sets the pace and dot products do. Keys are taken in
 * blocks, with the largest score and the sum of exponentials so far, as in {@link AttentionForward}.
 */
public final class AttentionDecode {
  /** Keys of one block: their scores stay in the L1 cache. */
  private static final int KEYS = 1024;

  private AttentionDecode() {}

  /**
   * One head's result for one query.
   *
   * @param query address of D floats
   * @param keys address of {@code count} keys, one after the other
   * @param values the same of values
   * @param out address of D floats
   */
  public static void run(long query, long keys, long values, long out, int count, int headWidth, Workspace workspace) {
    long rowBytes = (long) headWidth * Float.BYTES;
    float[] scores = workspace.left();
    float scale = (float) (1 / Math.sqrt(headWidth));
    float max = Float.NEGATIVE_INFINITY;
    float sum = 0;
    for (int key = 0; key < count; key += KEYS) {
      int block = Math.min(KEYS, count - key);
      float before = max;
      long products = workspace.code().large((long) KEYS * Float.BYTES);
      WeightRows rows = new FloatWeightRows(keys + key * rowBytes, headWidth);
      new NarrowLinear(products, query, rows, 0, 1, block, Epilogue.NONE).multiply(0, block, WeightRows.GROUP, workspace);
      for (int j = 0; j < block; j++) {
        float score = Lanes.loadFloat(products + (long) j * Float.BYTES) * scale;
        scores[j] = score;
        max = score > max ? score : max;
      }
      float factor = 0;
      if (key > 0) {
        factor = Exponentials.of(before - max);
        sum *= factor;
      }
      sum += Exponentials.replaceAndSum(scores, 0, block, max, workspace.regions, Workspace.ALIGNED);
      addValues(scores, block, values + key * rowBytes, rowBytes, out, headWidth, key > 0, factor);
    }
    multiply(out, headWidth, 1 / sum);
  }

  /** out = weights x values, plus {@code factor} x out where something is there before. */
  private static void addValues(
      float[] weights, int count, long values, long rowBytes, long out, int headWidth, boolean before, float factor) {
    int column = 0;
    for (; column <= headWidth - 4 * Lanes.COUNT; column += 4 * Lanes.COUNT) {
      long offset = (long) column * Float.BYTES;
      addFourVectors(weights, count, values + offset, rowBytes, out + offset, before, factor);
    }
    for (; column <= headWidth - Lanes.COUNT; column += Lanes.COUNT) {
      long offset = (long) column * Float.BYTES;
      addVector(weights, count, values + offset, rowBytes, out + offset, before, factor);
    }
    for (; column < headWidth; column++) {
      long offset = (long) column * Float.BYTES;
      float sum = before ? Lanes.loadFloat(out + offset) * factor : 0;
      for (int j = 0; j < count; j++) {
        sum = Math.fma(weights[j], Lanes.loadFloat(values + offset + j * rowBytes), sum);
      }
      Lanes.storeFloat(sum, out + offset);
    }
  }

  private static void addFourVectors(
      float[] weights, int count, long values, long rowBytes, long out, boolean before, float factor) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    if (before) {
      sum0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out, ORDER).mul(factor);
      sum1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + Lanes.BYTES, ORDER).mul(factor);
      sum2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2L * Lanes.BYTES, ORDER).mul(factor);
      sum3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3L * Lanes.BYTES, ORDER).mul(factor);
    }
    long row = values;
    for (int j = 0; j < count; j++) {
      FloatVector weight = FloatVector.broadcast(FLOATS, weights[j]);
      sum0 = weight.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, row, ORDER), sum0);
      sum1 = weight.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, row + Lanes.BYTES, ORDER), sum1);
      sum2 = weight.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, row + 2L * Lanes.BYTES, ORDER), sum2);
      sum3 = weight.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, row + 3L * Lanes.BYTES, ORDER), sum3);
      row += rowBytes;
    }
    sum0.intoMemorySegment(MEMORY, out, ORDER);
    sum1.intoMemorySegment(MEMORY, out + Lanes.BYTES, ORDER);
    sum2.intoMemorySegment(MEMORY, out + 2L * Lanes.BYTES, ORDER);
    sum3.intoMemorySegment(MEMORY, out + 3L * Lanes.BYTES, ORDER);
  }

  private static void addVector(float[] weights, int count, long values, long rowBytes, long out, boolean before, float factor) {
    FloatVector sum = FloatVector.zero(FLOATS);
    if (before) {
      sum = FloatVector.fromMemorySegment(FLOATS, MEMORY, out, ORDER).mul(factor);
    }
    long row = values;
    for (int j = 0; j < count; j++) {
      sum = FloatVector.broadcast(FLOATS, weights[j]).fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, row, ORDER), sum);
      row += rowBytes;
    }
    sum.intoMemorySegment(MEMORY, out, ORDER);
  }

  private static void multiply(long row, int count, float factor) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER).mul(factor).intoMemorySegment(MEMORY, at, ORDER);
    }
    for (int i = whole; i < count; i++) {
      long at = row + (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(at) * factor, at);
    }
  }
}
