package dev.minnow.kernel.meter;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import jdk.incubator.vector.FloatVector;

/** Reads of memory that wait for nothing but the memory: four vectors at a time, each added to a sum of its own. */
final class VectorStream {
  private VectorStream() {}

  /**
   * Reads so many floats from an address on. What it returns depends on all of them, so that no compiler may leave them out.
   *
   * @param floats a multiple of four vectors
   */
  static float read(long address, int floats) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int at = 0; at < floats; at += 4 * Lanes.COUNT) {
      long from = address + (long) at * Float.BYTES;
      sum0 = sum0.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER));
      sum1 = sum1.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, from + Lanes.BYTES, ORDER));
      sum2 = sum2.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 2L * Lanes.BYTES, ORDER));
      sum3 = sum3.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, from + 3L * Lanes.BYTES, ORDER));
    }
    return sum0.add(sum1).add(sum2.add(sum3)).lane(0);
  }
}
