package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/** Layer normalisation, a row at a time: a row is read from memory once and stays in the L1 cache for the later passes over it. */
final class VectorNorm {
  private final WorkerPool pool;

  VectorNorm(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, C) from in (N, C), scale (C) and shift (C); keeps mean (N) and reciprocalDeviation (N). */
  void forward(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    int c = (int) in.dimension(1);
    long outAddress = out.address();
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
            float m = sum(row, c) / c;
            float r = (float) (1 / Math.sqrt(squaredDeviations(row, c, m) / (double) c + epsilon));
            normalise(outAddress + (long) n * c * Float.BYTES, row, c, m, r, scaleAddress, shiftAddress);
            Lanes.storeFloat(m, meanAddress + (long) n * Float.BYTES);
            Lanes.storeFloat(r, deviationAddress + (long) n * Float.BYTES);
          }
        });
  }

  private static float sum(long row, int c) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = even;
    int whole = Lanes.wholeVectors(c);
    int i = 0;
    for (; i < whole - Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      even = even.add(Lanes.load(at));
      odd = odd.add(Lanes.load(at + Lanes.BYTES));
    }
    if (i < whole) {
      even = even.add(Lanes.load(row + (long) i * Float.BYTES));
    }
    float sum = Lanes.sum(even.add(odd));
    for (i = whole; i < c; i++) {
      sum += Lanes.loadFloat(row + (long) i * Float.BYTES);
    }
    return sum;
  }

  private static float squaredDeviations(long row, int c, float mean) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = even;
    int whole = Lanes.wholeVectors(c);
    int i = 0;
    for (; i < whole - Lanes.COUNT; i += 2 * Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      FloatVector centred = Lanes.load(at).sub(mean);
      even = centred.fma(centred, even);
      centred = Lanes.load(at + Lanes.BYTES).sub(mean);
      odd = centred.fma(centred, odd);
    }
    if (i < whole) {
      FloatVector centred = Lanes.load(row + (long) i * Float.BYTES).sub(mean);
      even = centred.fma(centred, even);
    }
    float sum = Lanes.sum(even.add(odd));
    for (i = whole; i < c; i++) {
      float centred = Lanes.loadFloat(row + (long) i * Float.BYTES) - mean;
      sum = Math.fma(centred, centred, sum);
    }
    return sum;
  }

  private static void normalise(long out, long row, int c, float mean, float reciprocalDeviation, long scale, long shift) {
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector normalised = Lanes.load(row + at).sub(mean).mul(reciprocalDeviation);
      Lanes.store(normalised.fma(Lanes.load(scale + at), Lanes.load(shift + at)), out + at);
    }
    for (int i = whole; i < c; i++) {
      long at = (long) i * Float.BYTES;
      float normalised = (Lanes.loadFloat(row + at) - mean) * reciprocalDeviation;
      Lanes.storeFloat(Math.fma(normalised, Lanes.loadFloat(scale + at), Lanes.loadFloat(shift + at)), out + at);
    }
  }
}
