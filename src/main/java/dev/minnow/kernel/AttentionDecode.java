package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * Attention of a single query: each key and each value is read once, so memory sets the pace and dot products do. Keys are taken in
 * blocks, with the largest score and the sum of exponentials so far, as in {@link AttentionForward}.
 */
final class AttentionDecode {
  /** Keys of one block: their scores stay in the L1 cache. */
  private static final int KEYS = 1024;

  private AttentionDecode() {}

  /**
   * One head's result for one query.
   *
   * @param query address of D floats
   * @param keys address of the first of {@code count} keys, {@code rowBytes} apart
   * @param values the same of values
   * @param out address of D floats
   */
  static void run(long query, long keys, long values, long out, int count, long rowBytes, int headWidth, Workspace workspace) {
    float[] scores = workspace.left;
    float scale = (float) (1 / Math.sqrt(headWidth));
    float max = Float.NEGATIVE_INFINITY;
    float sum = 0;
    for (int key = 0; key < count; key += KEYS) {
      int block = Math.min(KEYS, count - key);
      float before = max;
      for (int j = 0; j < block; j++) {
        float score = VectorDot.product(query, keys + (key + j) * rowBytes, headWidth) * scale;
        scores[j] = score;
        max = score > max ? score : max;
      }
      float factor = 0;
      if (key > 0) {
        factor = VectorMath.exp(before - max);
        sum *= factor;
      }
      sum += exponentials(scores, block, max);
      addValues(scores, block, values + key * rowBytes, rowBytes, out, headWidth, key > 0, factor);
    }
    multiply(out, headWidth, 1 / sum);
  }

  private static float exponentials(float[] scores, int count, float max) {
    int whole = Lanes.wholeVectors(count);
    FloatVector sums = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector exponential = VectorMath.exp(FloatVector.fromArray(Lanes.FLOATS, scores, i).sub(max));
      sums = sums.add(exponential);
      exponential.intoArray(scores, i);
    }
    float sum = Lanes.sum(sums);
    for (int i = whole; i < count; i++) {
      scores[i] = VectorMath.exp(scores[i] - max);
      sum += scores[i];
    }
    return sum;
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
      float sum = 0;
      for (int j = 0; j < count; j++) {
        sum = Math.fma(weights[j], Lanes.loadFloat(values + offset + j * rowBytes), sum);
      }
      Lanes.storeFloat(before ? Math.fma(Lanes.loadFloat(out + offset), factor, sum) : sum, out + offset);
    }
  }

  private static void addFourVectors(
      float[] weights, int count, long values, long rowBytes, long out, boolean before, float factor) {
    FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    long row = values;
    for (int j = 0; j < count; j++) {
      FloatVector weight = FloatVector.broadcast(Lanes.FLOATS, weights[j]);
      sum0 = weight.fma(Lanes.load(row), sum0);
      sum1 = weight.fma(Lanes.load(row + Lanes.BYTES), sum1);
      sum2 = weight.fma(Lanes.load(row + 2L * Lanes.BYTES), sum2);
      sum3 = weight.fma(Lanes.load(row + 3L * Lanes.BYTES), sum3);
      row += rowBytes;
    }
    storeSum(sum0, out, before, factor);
    storeSum(sum1, out + Lanes.BYTES, before, factor);
    storeSum(sum2, out + 2L * Lanes.BYTES, before, factor);
    storeSum(sum3, out + 3L * Lanes.BYTES, before, factor);
  }

  private static void addVector(float[] weights, int count, long values, long rowBytes, long out, boolean before, float factor) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    long row = values;
    for (int j = 0; j < count; j++) {
      sum = FloatVector.broadcast(Lanes.FLOATS, weights[j]).fma(Lanes.load(row), sum);
      row += rowBytes;
    }
    storeSum(sum, out, before, factor);
  }

  private static void storeSum(FloatVector sum, long out, boolean before, float factor) {
    Lanes.store(before ? Lanes.load(out).fma(FloatVector.broadcast(Lanes.FLOATS, factor), sum) : sum, out);
  }

  private static void multiply(long row, int count, float factor) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      Lanes.store(Lanes.load(at).mul(factor), at);
    }
    for (int i = whole; i < count; i++) {
      long at = row + (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(at) * factor, at);
    }
  }
}
