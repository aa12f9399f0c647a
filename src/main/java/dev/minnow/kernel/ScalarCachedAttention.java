package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/** Attention of new positions to the cached keys and values of one sequence, as plain loops. */
final class ScalarCachedAttention {
  private ScalarCachedAttention() {}

  /** Copies keys and values of queryKeyValue (n, 3C) into rows position to position + n of keys (T, C) and values (T, C). */
  static void append(Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    int c = (int) keys.dimension(1);
    for (int i = 0; i < queryKeyValue.dimension(0); i++) {
      long cacheRow = (long) (position + i) * c;
      long row = (long) i * 3 * c;
      for (int e = 0; e < c; e++) {
        keys.setFloat(cacheRow + e, queryKeyValue.getFloat(row + c + e));
        values.setFloat(cacheRow + e, queryKeyValue.getFloat(row + 2L * c + e));
      }
    }
  }

  /** out (n, C): query i, at position + i, sees rows 0 to position + i of keys and values. */
  static void forward(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int headCount) {
    int c = (int) out.dimension(1);
    int headWidth = c / headCount;
    for (int i = 0; i < out.dimension(0); i++) {
      for (int h = 0; h < headCount; h++) {
        int head = h * headWidth;
        double[] probabilities = softmaxOfScores(queryKeyValue, (long) i * 3 * c + head, keys, head, position + i + 1, headWidth);
        for (int d = 0; d < headWidth; d++) {
          double sum = 0;
          for (int j = 0; j <= position + i; j++) {
            sum += probabilities[j] * values.getFloat((long) j * c + head + d);
          }
          out.setFloat((long) i * c + head + d, (float) sum);
        }
      }
    }
  }

  private static double[] softmaxOfScores(Tensor queries, long query, Tensor keys, int head, int count, int headWidth) {
    long c = keys.dimension(1);
    double[] scores = new double[count];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      for (int d = 0; d < headWidth; d++) {
        scores[j] += (double) queries.getFloat(query + d) * keys.getFloat(j * c + head + d);
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
