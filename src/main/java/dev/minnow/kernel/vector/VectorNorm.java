package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/** Layer normalisation, a row at a time: a row is read from memory once and stays in the L1 cache for the later passes over it. */
final class VectorNorm {
  private final WorkerPool pool;

  VectorNorm(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, C) operand from in (N, C), scale (C) and shift (C); keeps mean (N) and reciprocalDeviation (N). */
  void forward(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    int c = (int) in.dimension(1);
    Rows outRows = Rows.toWrite(out);
    long meanAddress = mean.address();
    long deviationAddress = reciprocalDeviation.address();
    long inAddress = in.address();
    long scaleAddress = scale.address();
    long shiftAddress = shift.address();
    RowSlices slices = RowSlices.of((int) in.dimension(0), c);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            long row = inAddress + (long) n * c * Float.BYTES;
            float[] scratch = workspace.regions;
            float m = (float) (sum(row, c, scratch) / c);
            float r = (float) (1 / Math.sqrt(squaredDeviations(row, c, m, scratch) / c + epsilon));
            for (int column = 0; column < c; column += Workspace.REGION_FLOATS) {
              int count = Math.min(Workspace.REGION_FLOATS, c - column);
              long offset = (long) column * Float.BYTES;
              normalise(scratch, row + offset, count, m, r, scaleAddress + offset, shiftAddress + offset);
              outRows.store(n, column, count, scratch, Workspace.ALIGNED);
            }
            Lanes.storeFloat(m, meanAddress + (long) n * Float.BYTES);
            Lanes.storeFloat(r, deviationAddress + (long) n * Float.BYTES);
          }
        });
  }

  private static double sum(long row, int c, float[] scratch) {
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = even;
    int whole = Lanes.wholeVectors(c);
    int i = 0;
    for (; i < whole - Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      even = even.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER));
      odd = odd.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, at + Lanes.BYTES, ORDER));
    }
    if (i < whole) {
      even = even.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, row + (long) i * Float.BYTES, ORDER));
    }
    even.add(odd).intoArray(scratch, Workspace.ALIGNED);
    float sum = Lanes.sum(scratch, Workspace.ALIGNED);
    for (i = whole; i < c; i++) {
      sum += Lanes.loadFloat(row + (long) i * Float.BYTES);
    }
    return Float.isFinite(sum) ? sum : wideSum(row, c);
  }

  /** What floats cannot hold. */
  private static double wideSum(long row, int c) {
    double sum = 0;
    for (int i = 0; i < c; i++) {
      sum += Lanes.loadFloat(row + (long) i * Float.BYTES);
    }
    return sum;
  }

  /** The sum of (element - mean) squared over a row of floats at an address. */
  static double squaredDeviations(long row, int c, float mean, float[] scratch) {
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = even;
    int whole = Lanes.wholeVectors(c);
    int i = 0;
    for (; i < whole - Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      FloatVector centred = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER).sub(mean);
      even = centred.fma(centred, even);
      centred = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + Lanes.BYTES, ORDER).sub(mean);
      odd = centred.fma(centred, odd);
    }
    if (i < whole) {
      FloatVector centred = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + (long) i * Float.BYTES, ORDER).sub(mean);
      even = centred.fma(centred, even);
    }
    even.add(odd).intoArray(scratch, Workspace.ALIGNED);
    float sum = Lanes.sum(scratch, Workspace.ALIGNED);
    for (i = whole; i < c; i++) {
      float centred = Lanes.loadFloat(row + (long) i * Float.BYTES) - mean;
      sum = Math.fma(centred, centred, sum);
    }
    return Float.isFinite(sum) ? sum : wideSquaredDeviations(row, c, mean);
  }

  /** What floats cannot hold: squares above 1.8e19. */
  private static double wideSquaredDeviations(long row, int c, double mean) {
    double sum = 0;
    for (int i = 0; i < c; i++) {
      double centred = Lanes.loadFloat(row + (long) i * Float.BYTES) - mean;
      sum += centred * centred;
    }
    return sum;
  }

  /** The scratch = (row - mean) x reciprocal deviation x scale + shift. */
  private static void normalise(float[] scratch, long row, int count, float mean, float reciprocalDeviation, long scale, long shift) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector scales = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + at, ORDER);
      FloatVector shifts = FloatVector.fromMemorySegment(FLOATS, MEMORY, shift + at, ORDER);
      FloatVector normalised = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER).sub(mean).mul(reciprocalDeviation);
      normalised.fma(scales, shifts).intoArray(scratch, Workspace.ALIGNED + i);
    }
    for (int i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      float normalised = (Lanes.loadFloat(row + at) - mean) * reciprocalDeviation;
      scratch[Workspace.ALIGNED + i] = Math.fma(normalised, Lanes.loadFloat(scale + at), Lanes.loadFloat(shift + at));
    }
  }
}
