package dev.minnow.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K) for a few rows N, as in decoding: the weights come from memory once, in the order
 * in which they lie there, and are never packed, so that memory is the limit. Each thread takes slices of whole weight rows, and claims
 * the next one before the last rows of the one before it, so that its beginning is fetched ahead meanwhile.
 *
 * <p>An output is summed in one vector, then over its lanes in a fixed tree, whatever N and the number of threads.
 *
 * @param out address of (N, K)
 * @param in address of N rows of the floats that the weight's rows are multiplied with
 * @param weight K rows
 * @param bias address of (K), or 0 for none
 * @param n N
 * @param k K
 * @param epilogue what is done with finished columns of the output
 */
record NarrowLinear(long out, long in, WeightRows weight, long bias, int n, int k, Epilogue epilogue) {
  /** Bytes of weights of one slice, where that leaves one for each thread: some 12 microseconds that the last thread may be waited for. */
  private static final int SLICE_BYTES = 3 << 16;

  void run(WorkerPool pool) {
    int groupsOfBytes = (int) Math.max(1, SLICE_BYTES / (weight.rowBytes() * WeightRows.GROUP));
    int groupsOfThread = Math.ceilDiv(Math.ceilDiv(k, WeightRows.GROUP), pool.threads());
    int weightRows = Math.min(groupsOfBytes, groupsOfThread) * WeightRows.GROUP;
    int slices = Math.ceilDiv(k, weightRows);
    AtomicInteger claimed = new AtomicInteger();
    pool.run(
        Math.min(slices, pool.threads()),
        (thread, workspace) -> {
          int slice = claimed.getAndIncrement();
          while (slice < slices) {
            int from = slice * weightRows;
            int end = Math.min(k, from + weightRows);
            int last = from + (end - from - 1) / WeightRows.GROUP * WeightRows.GROUP;
            multiply(from, last, last, workspace);
            slice = claimed.getAndIncrement();
            multiply(last, end, slice < slices ? slice * weightRows : last, workspace);
            epilogue.finish(0, n, from, end, workspace);
          }
        });
  }

  /**
   * Outputs {@code from} to {@code to} of all rows, on this thread, without the epilogue.
   *
   * @param following row of the weight that is expected to be multiplied next
   */
  void multiply(int from, int to, int following, Workspace workspace) {
    int end = from;
    if (Dots.take(weight)) {
      int groups = (to - from) / WeightRows.GROUP;
      end += groups * WeightRows.GROUP;
      for (int row = 0; row < n && groups > 0; row++) {
        Dots.multiply(weight, values(row), from, groups, following, outAt(row, from), workspace.tiles());
        addBias(row, from, end);
      }
    }
    for (int o = end; o < to; o += WeightRows.GROUP) {
      multiplyGroup(o, Math.min(WeightRows.GROUP, to - o), workspace.tile);
    }
  }

  private long values(int row) {
    return in + (long) row * weight.paddedColumns() * Float.BYTES;
  }

  private long outAt(int row, int o) {
    return out + ((long) row * k + o) * Float.BYTES;
  }

  private void addBias(int row, int from, int to) {
    for (int o = from; bias != 0 && o < to; o++) {
      Lanes.storeFloat(Lanes.loadFloat(outAt(row, o)) + Lanes.loadFloat(bias + (long) o * Float.BYTES), outAt(row, o));
    }
  }

  /** Outputs {@code o} to {@code o + count} of all rows: the weights come from memory for the first row, from caches for others. */
  private void multiplyGroup(int o, int count, float[] sums) {
    for (int row = 0; row < n; row++) {
      long values = values(row);
      if (count == WeightRows.GROUP) {
        weight.sumGroup(sums, values, o);
      } else {
        for (int i = 0; i < count; i++) {
          weight.sumOne(sums, Workspace.ALIGNED + i * Lanes.COUNT, values, o + i);
        }
      }
      finish(sums, row, o, count, values);
    }
  }

  /** Adds lanes, what they left out, and the bias. */
  private void finish(float[] sums, int row, int o, int count, long values) {
    for (int i = 0; i < count; i++) {
      float sum = weight.complete(Lanes.sum(sums, Workspace.ALIGNED + i * Lanes.COUNT), values, o + i);
      if (bias != 0) {
        sum += Lanes.loadFloat(bias + (long) (o + i) * Float.BYTES);
      }
      Lanes.storeFloat(sum, outAt(row, o + i));
    }
  }
}
