package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K) for a few rows N, as in decoding: the weights are read once, in the order in which
 * they lie in memory, and never packed, so that memory is the limit. Each thread takes runs of whole weight rows.
 *
 * <p>An output is summed in two vectors, then over their lanes in a fixed tree, whatever N and the number of threads.
 *
 * @param out address of (N, K)
 * @param in address of (N, C)
 * @param weight address of (K, C)
 * @param bias address of (K), or 0 for none
 * @param n N
 * @param c C
 * @param k K
 */
record NarrowLinear(long out, long in, long weight, long bias, int n, int c, int k) {
  /** Above it, packing for {@link MatrixProduct} costs less than reading the weights from cache once per row. */
  static final int MOST_ROWS = 16;

  /** Weight rows that are read side by side: with two vectors each 8 chains of additions, as many as hide their latency. */
  private static final int GROUP = 4;

  /** Weights of one slice: 256 KiB, 10 microseconds or more, a hundred times what handing out a slice costs. */
  private static final int SLICE_FLOATS = 64 * 1024;

  private static final int LANES = Lanes.COUNT;

  void run(WorkerPool pool) {
    int rows = Math.max(1, SLICE_FLOATS / (c * GROUP)) * GROUP;
    pool.run(Math.ceilDiv(k, rows), (slice, scratch) -> multiply(slice * rows, Math.min(k, (slice + 1) * rows), scratch.tile));
  }

  private void multiply(int from, int to, float[] sums) {
    for (int o = from; o < to; o += GROUP) {
      multiplyGroup(o, Math.min(GROUP, to - o), sums);
    }
  }

  /** Outputs {@code o} to {@code o + count} of all rows: the weights come from memory for the first row, from cache for others. */
  private void multiplyGroup(int o, int count, float[] sums) {
    long rowBytes = (long) c * Float.BYTES;
    long weights = weight + o * rowBytes;
    for (int row = 0; row < n; row++) {
      long values = in + row * rowBytes;
      if (count == GROUP) {
        sumFour(sums, values, weights, rowBytes, c);
      } else {
        for (int i = 0; i < count; i++) {
          sumOne(sums, Workspace.ALIGNED + i * LANES, values, weights + i * rowBytes, c);
        }
      }
      finish(sums, row, o, count, values, weights);
    }
  }

  /** The dot products of {@code values} with four weight rows over whole vectors: one vector of partial sums each. */
  private static void sumFour(float[] sums, long values, long weights, long rowBytes, int c) {
    long weights1 = weights + rowBytes;
    long weights2 = weights1 + rowBytes;
    long weights3 = weights2 + rowBytes;
    FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    int pairs = c / (2 * LANES);
    for (int pair = 0; pair < pairs; pair++) {
      long at = (long) pair * 2 * Lanes.BYTES;
      FloatVector x = Lanes.load(values + at);
      FloatVector y = Lanes.load(values + at + Lanes.BYTES);
      a0 = x.fma(Lanes.load(weights + at), a0);
      b0 = y.fma(Lanes.load(weights + at + Lanes.BYTES), b0);
      a1 = x.fma(Lanes.load(weights1 + at), a1);
      b1 = y.fma(Lanes.load(weights1 + at + Lanes.BYTES), b1);
      a2 = x.fma(Lanes.load(weights2 + at), a2);
      b2 = y.fma(Lanes.load(weights2 + at + Lanes.BYTES), b2);
      a3 = x.fma(Lanes.load(weights3 + at), a3);
      b3 = y.fma(Lanes.load(weights3 + at + Lanes.BYTES), b3);
    }
    a0.add(b0).intoArray(sums, Workspace.ALIGNED);
    a1.add(b1).intoArray(sums, Workspace.ALIGNED + LANES);
    a2.add(b2).intoArray(sums, Workspace.ALIGNED + 2 * LANES);
    a3.add(b3).intoArray(sums, Workspace.ALIGNED + 3 * LANES);
  }

  /** {@link #sumFour} for one weight row: the same sum. */
  private static void sumOne(float[] sums, int sum, long values, long weights, int c) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    int pairs = c / (2 * LANES);
    for (int pair = 0; pair < pairs; pair++) {
      long at = (long) pair * 2 * Lanes.BYTES;
      a = Lanes.load(values + at).fma(Lanes.load(weights + at), a);
      b = Lanes.load(values + at + Lanes.BYTES).fma(Lanes.load(weights + at + Lanes.BYTES), b);
    }
    a.add(b).intoArray(sums, sum);
  }

  /** Adds lanes, what whole vectors left over, and the bias. */
  private void finish(float[] sums, int row, int o, int count, long values, long weights) {
    int summed = c / (2 * LANES) * (2 * LANES);
    for (int i = 0; i < count; i++) {
      float sum = Lanes.sum(FloatVector.fromArray(Lanes.FLOATS, sums, Workspace.ALIGNED + i * LANES));
      long weightRow = weights + (long) i * c * Float.BYTES;
      for (int j = summed; j < c; j++) {
        long at = (long) j * Float.BYTES;
        sum = Math.fma(Lanes.loadFloat(values + at), Lanes.loadFloat(weightRow + at), sum);
      }
      if (bias != 0) {
        sum += Lanes.loadFloat(bias + (long) (o + i) * Float.BYTES);
      }
      Lanes.storeFloat(sum, out + ((long) row * k + o + i) * Float.BYTES);
    }
  }
}
