package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.ElementSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.Tensor;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/** Moving averages: one pass over whole slabs, as fast as memory. */
final class VectorAverage {
  private final WorkerPool pool;

  VectorAverage(WorkerPool pool) {
    this.pool = pool;
  }

  /** Moves each average by a share of its distance from the value. */
  void run(List<Tensor> averages, List<Tensor> values, float share) {
    ElementSlices slices = ElementSlices.of(averages, tensor -> tensor);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          int tensor = slices.tensor(slice);
          long offset = slices.first(slice, tensor) * Float.BYTES;
          long to = averages.get(tensor).address() + offset;
          long from = values.get(tensor).address() + offset;
          int size = slices.size(slice, tensor);
          int whole = Lanes.wholeVectors(size);
          run(to, from, whole, share);
          for (int i = whole; i < size; i++) {
            long at = (long) i * Float.BYTES;
            float before = Lanes.loadFloat(to + at);
            Lanes.storeFloat(Math.fma(Lanes.loadFloat(from + at) - before, share, before), to + at);
          }
        });
    averages.forEach(Tensor::markWritten);
  }

  private static void run(long to, long from, int count, float share) {
    FloatVector shares = FloatVector.broadcast(FLOATS, share);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector before = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + at, ORDER);
      FloatVector.fromMemorySegment(FLOATS, MEMORY, from + at, ORDER)
          .sub(before)
          .fma(shares, before)
          .intoMemorySegment(MEMORY, to + at, ORDER);
    }
  }
}
