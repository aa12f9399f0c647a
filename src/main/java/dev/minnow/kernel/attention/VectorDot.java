package dev.minnow.kernel.attention;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import jdk.incubator.vector.FloatVector;

/** Dot products of rows in memory. */
final class VectorDot {
  private VectorDot() {}

  /** The sum of products of {@code count} floats each. */
  static float product(long left, long right, int count, float[] scratch) {
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = even;
    int whole = Lanes.wholeVectors(count);
    int i = 0;
    for (; i < whole - Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      even = FloatVector.fromMemorySegment(FLOATS, MEMORY, left + at, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, right + at, ORDER), even);
      odd = FloatVector.fromMemorySegment(FLOATS, MEMORY, left + at + Lanes.BYTES, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, right + at + Lanes.BYTES, ORDER), odd);
    }
    if (i < whole) {
      long at = (long) i * Float.BYTES;
      even = FloatVector.fromMemorySegment(FLOATS, MEMORY, left + at, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, right + at, ORDER), even);
    }
    even.add(odd).intoArray(scratch, Workspace.ALIGNED);
    float sum = Lanes.sum(scratch, Workspace.ALIGNED);
    for (i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      sum = Math.fma(Lanes.loadFloat(left + at), Lanes.loadFloat(right + at), sum);
    }
    return sum;
  }
}
