package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;
import static dev.minnow.kernel.Lanes.MEMORY;
import static dev.minnow.kernel.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K) for a few rows N, as in decoding: the weights come from memory once, in the order
 * in which they lie there, and are never packed, so that memory is the limit. Each thread takes runs of whole weight rows.
 *
 * <p>An output is summed in one vector, then over its lanes in a fixed tree, whatever N and the number of threads.
 *
 * @param out address of (N, K)
 * @param in address of (N, C)
 * @param weight address of (K, C)
 * @param bias address of (K), or 0 for none
 * @param n N
 * @param c C
 * @param k K
 * @param epilogue what is done with finished columns of the output
 */
record NarrowLinear(long out, long in, long weight, long bias, int n, int c, int k, Epilogue epilogue) {
  /** Above it, packing for {@link MatrixProduct} costs less than reading the weights from the caches once per row. */
  static final int MOST_ROWS = 16;

  /**
   * Weight rows that are read side by side: 8 chains of multiply-adds hide their latency, and one start of the loop serves 8 rows. With
   * 4 rows, 768 wide, one thread read 24 GB/s, with 8 it reads 27.
   */
  private static final int GROUP = 8;

  /** Weights of one slice: 256 KiB, 10 microseconds or more, a hundred times what handing out a slice costs. */
  private static final int SLICE_FLOATS = 64 * 1024;

  private static final int LANES = Lanes.COUNT;

  void run(WorkerPool pool) {
    int weightRows = Math.max(1, SLICE_FLOATS / (c * GROUP)) * GROUP;
    int slices = Math.ceilDiv(k, weightRows);
    pool.run(
        slices,
        (slice, scratch) -> {
          int end = Math.min(k, (slice + 1) * weightRows);
          multiply(slice * weightRows, end, scratch.tile);
          epilogue.finish(0, n, slice * weightRows, end, scratch);
        });
  }

  private void multiply(int from, int to, float[] sums) {
    for (int o = from; o < to; o += GROUP) {
      multiplyGroup(o, Math.min(GROUP, to - o), sums);
    }
  }

  /** Outputs {@code o} to {@code o + count} of all rows: the weights come from memory for the first row, from caches for others. */
  private void multiplyGroup(int o, int count, float[] sums) {
    long rowBytes = (long) c * Float.BYTES;
    long weights = weight + o * rowBytes;
    for (int row = 0; row < n; row++) {
      long values = in + row * rowBytes;
      if (count == GROUP) {
        sumGroup(sums, values, weights, rowBytes, c);
      } else {
        for (int i = 0; i < count; i++) {
          sumOne(sums, Workspace.ALIGNED + i * LANES, values, weights + i * rowBytes, c);
        }
      }
      finish(sums, row, o, count, values, weights);
    }
  }

  /** The dot products of {@code values} with eight weight rows over whole vectors: one vector of partial sums each. */
  private static void sumGroup(float[] sums, long values, long weights, long rowBytes, int c) {
    long x = Lanes.bounded(values);
    long w0 = Lanes.bounded(weights);
    long w1 = Lanes.bounded(weights + rowBytes);
    long w2 = Lanes.bounded(weights + 2 * rowBytes);
    long w3 = Lanes.bounded(weights + 3 * rowBytes);
    long w4 = Lanes.bounded(weights + 4 * rowBytes);
    long w5 = Lanes.bounded(weights + 5 * rowBytes);
    long w6 = Lanes.bounded(weights + 6 * rowBytes);
    long w7 = Lanes.bounded(weights + 7 * rowBytes);
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    FloatVector sum6 = sum0;
    FloatVector sum7 = sum0;
    int vectors = c / LANES;
    for (int v = 0; v < vectors; v++) {
      long at = (long) v * Lanes.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at, ORDER);
      sum0 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w0 + at, ORDER), sum0);
      sum1 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w1 + at, ORDER), sum1);
      sum2 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w2 + at, ORDER), sum2);
      sum3 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w3 + at, ORDER), sum3);
      sum4 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w4 + at, ORDER), sum4);
      sum5 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w5 + at, ORDER), sum5);
      sum6 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w6 + at, ORDER), sum6);
      sum7 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w7 + at, ORDER), sum7);
    }
    sum0.intoArray(sums, Workspace.ALIGNED);
    sum1.intoArray(sums, Workspace.ALIGNED + LANES);
    sum2.intoArray(sums, Workspace.ALIGNED + 2 * LANES);
    sum3.intoArray(sums, Workspace.ALIGNED + 3 * LANES);
    sum4.intoArray(sums, Workspace.ALIGNED + 4 * LANES);
    sum5.intoArray(sums, Workspace.ALIGNED + 5 * LANES);
    sum6.intoArray(sums, Workspace.ALIGNED + 6 * LANES);
    sum7.intoArray(sums, Workspace.ALIGNED + 7 * LANES);
  }

  /** {@link #sumGroup} for one weight row: the same sum. */
  private static void sumOne(float[] sums, int at, long values, long weights, int c) {
    long x = Lanes.bounded(values);
    long w = Lanes.bounded(weights);
    FloatVector sum = FloatVector.zero(FLOATS);
    int vectors = c / LANES;
    for (int v = 0; v < vectors; v++) {
      long offset = (long) v * Lanes.BYTES;
      sum = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + offset, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w + offset, ORDER), sum);
    }
    sum.intoArray(sums, at);
  }

  /** Adds lanes, what whole vectors left over, and the bias. */
  private void finish(float[] sums, int row, int o, int count, long values, long weights) {
    for (int i = 0; i < count; i++) {
      float sum = Lanes.sum(sums, Workspace.ALIGNED + i * LANES);
      long weightRow = weights + (long) i * c * Float.BYTES;
      for (int j = Lanes.wholeVectors(c); j < c; j++) {
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
