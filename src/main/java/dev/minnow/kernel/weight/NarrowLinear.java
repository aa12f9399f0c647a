package dev.minnow.kernel.weight;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/**
 * out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K) for a few rows N, as in decoding: the weights come from memory once, in the order
 * in which they lie there, and are never packed, so that memory is the limit. Each thread takes slices of whole weight rows, and claims
 * the next one before the last rows of the one before it, so that its beginning is fetched meanwhile.
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
public record NarrowLinear(long out, long in, WeightRows weight, long bias, int n, int k, Epilogue epilogue) {
  /** Bytes of weights of a slice at most, for several rows: they stay in the L2 cache from one to the next. */
  private static final int MOST_CACHED_BYTES = 3 << 16;

  /** The same for a single row, which wants them once: memory gives longer streams faster, on a Zen 5 by 5 %. */
  private static final int MOST_STREAMED_BYTES = 3 << 18;

  /** At least: about a microsecond that the last thread may be waited for. */
  private static final int LEAST_SLICE_BYTES = 3 << 13;

  /** Bytes of weights that are fetched before they are multiplied: what comes from memory while the first of them is on its way. */
  private static final int AHEAD_BYTES = 3 << 13;

  public void run(WorkerPool pool) {
    int threads = pool.threads();
    int ahead = rows(AHEAD_BYTES);
    IntUnaryOperator endOf = from -> sliceEnd(from, threads);
    AtomicInteger claimed = new AtomicInteger();
    pool.run(
        Math.min(threads, Math.ceilDiv(k, WeightRows.GROUP)),
        (thread, workspace) -> {
          int next = claimed.getAndUpdate(endOf);
          while (next < k) {
            int from = next;
            int end = endOf.applyAsInt(from);
            int tail = from + Math.max(0, end - from - ahead) / WeightRows.GROUP * WeightRows.GROUP;
            multiply(from, tail, from + ahead, workspace);
            next = claimed.getAndUpdate(endOf);
            multiply(tail, end, next < k ? next : tail, workspace);
            epilogue.finish(0, n, from, end, workspace);
          }
        });
  }

  /** The end of the slice that begins with a weight row: half of a thread's share of what is left, so that all threads end together. */
  private int sliceEnd(int from, int threads) {
    int half = (k - from) / (2 * threads * WeightRows.GROUP) * WeightRows.GROUP;
    int most = rows(n == 1 ? MOST_STREAMED_BYTES : MOST_CACHED_BYTES);
    return (int) Math.min(k, from + (long) Math.clamp(half, rows(LEAST_SLICE_BYTES), most));
  }

  /** Rows of some bytes of weights, in whole groups. */
  private int rows(int bytes) {
    return (int) Math.max(1, bytes / (weight.rowBytes() * WeightRows.GROUP)) * WeightRows.GROUP;
  }

  /**
   * Outputs {@code from} to {@code to} of all rows, on this thread, without the epilogue.
   *
   * @param ahead row of the weight from which on as many are fetched meanwhile
   */
  public void multiply(int from, int to, int ahead, Workspace workspace) {
    int end = from;
    if (Dots.take(weight)) {
      int groups = (to - from) / WeightRows.GROUP;
      end += groups * WeightRows.GROUP;
      for (int row = 0; row < n && groups > 0; row++) {
        Dots.multiply(weight, values(row), from, groups, ahead, outAt(row, from), workspace.code());
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
