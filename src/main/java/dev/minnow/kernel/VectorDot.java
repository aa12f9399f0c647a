package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;

/** Dot products of rows in memory. */
final class VectorDot {
  private VectorDot() {}

  /** The sum of products of {@code count} floats each. */
  static float product(long left, long right, int count) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = even;
    int whole = Lanes.wholeVectors(count);
    int i = 0;
    for (; i < whole - Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      even = Lanes.load(left + at).fma(Lanes.load(right + at), even);
      odd = Lanes.load(left + at + Lanes.BYTES).fma(Lanes.load(right + at + Lanes.BYTES), odd);
    }
    if (i < whole) {
      long at = (long) i * Float.BYTES;
      even = Lanes.load(left + at).fma(Lanes.load(right + at), even);
    }
    float sum = Lanes.sum(even.add(odd));
    for (i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      sum = Math.fma(Lanes.loadFloat(left + at), Lanes.loadFloat(right + at), sum);
    }
    return sum;
  }
}
