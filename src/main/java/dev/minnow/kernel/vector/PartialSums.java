package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import java.util.ArrayDeque;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over all rows of a matrix whose rows are cut into blocks: each block has partial sums of its own, and these are added in the order
 * of the blocks. Arrays for them are kept from call to call.
 */
final class PartialSums {
  /** Enough blocks for 64 threads; their partial sums stay small beside the N rows. */
  private static final int MAX_BLOCKS = 64;

  /** Fewer rows would not repay clearing and adding a block's partial sums. */
  private static final int MIN_BLOCK_ROWS = 16;

  private final ArrayDeque<float[]> spare = new ArrayDeque<>();

  /** The blocks of {@code n} rows. */
  static RowSlices blocks(int n) {
    return new RowSlices(n, Math.max(MIN_BLOCK_ROWS, Math.ceilDiv(n, MAX_BLOCKS)));
  }

  /** Element i of the target += the sum over blocks of element {@code first} + i of their partial sums, {@code stride} apart. */
  static void add(long target, float[] partialSums, int first, int stride, int blocks, int c) {
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int block = 0; block < blocks; block++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, partialSums, block * stride + first + i));
      }
      long at = target + (long) i * Float.BYTES;
      FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER).add(sum).intoMemorySegment(MEMORY, at, ORDER);
    }
    for (int i = whole; i < c; i++) {
      float sum = 0;
      for (int block = 0; block < blocks; block++) {
        sum += partialSums[block * stride + first + i];
      }
      long at = target + (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(at) + sum, at);
    }
  }

  /** An array of at least so many floats, with any content. */
  float[] take(int floats) {
    synchronized (spare) {
      float[] array = spare.poll();
      return array != null && array.length >= floats ? array : new float[floats];
    }
  }

  void giveBack(float[] array) {
    synchronized (spare) {
      spare.push(array);
    }
  }
}
