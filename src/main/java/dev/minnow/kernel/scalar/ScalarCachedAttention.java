package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;

/** Attention of new positions to the cached keys and values of one sequence, as plain loops. */
final class ScalarCachedAttention {
  private ScalarCachedAttention() {}

  /** Copies keys and values of queryKeyValue (n, (H+2G)D) into rows position to position + n of each head of keys and values (G, T, D). */
  static void append(Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    long headWidth = keys.dimension(2);
    long width = keys.dimension(0) * headWidth;
    for (int i = 0; i < queryKeyValue.dimension(0); i++) {
      long value = (i + 1) * queryKeyValue.dimension(1) - width;
      long key = value - width;
      for (long e = 0; e < width; e++) {
        long cell = cell(keys, e / headWidth, position + i) + e % headWidth;
        keys.setFloat(cell, queryKeyValue.getFloat(key + e));
        values.setFloat(cell, queryKeyValue.getFloat(value + e));
      }
    }
  }

  /** The first element of a head's row in a cache. */
  private static long cell(Tensor cache, long head, int row) {
    return (head * cache.dimension(1) + row) * cache.dimension(2);
  }

  /** out (n, HD): query i, at position + i, sees rows 0 to position + i of keys and values. */
  static void forward(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    int c = (int) out.dimension(1);
    int headWidth = (int) keys.dimension(2);
    int headCount = c / headWidth;
    int groupSize = headCount / (int) keys.dimension(0);
    for (int i = 0; i < out.dimension(0); i++) {
      for (int h = 0; h < headCount; h++) {
        int head = h * headWidth;
        double[] probabilities =
            softmaxOfScores(queryKeyValue, i * queryKeyValue.dimension(1) + head, keys, h / groupSize, position + i + 1);
        for (int d = 0; d < headWidth; d++) {
          double sum = 0;
          for (int j = 0; j <= position + i; j++) {
            sum += probabilities[j] * values.getFloat(cell(values, h / groupSize, j) + d);
          }
          out.setFloat((long) i * c + head + d, (float) sum);
        }
      }
    }
  }

  private static double[] softmaxOfScores(Tensor queries, long query, Tensor keys, int head, int count) {
    int headWidth = (int) keys.dimension(2);
    double[] scores = new double[count];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      for (int d = 0; d < headWidth; d++) {
        scores[j] += (double) queries.getFloat(query + d) * keys.getFloat(cell(keys, head, j) + d);
      }
      scores[j] /= Math.sqrt(headWidth);
      max = Math.max(max, scores[j]);
    }
    double sum = 0;
    for (int j = 0; j < count; j++) {
      scores[j] = Math.exp(scores[j] - max);
      sum += scores[j];
    }
    for (int j = 0; j < count; j++) {
      scores[j] /= sum;
    }
    return scores;
  }
}
