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

/** Normalisation by the root of the mean square, a row at a time, as in {@link VectorNorm}. */
final class VectorRmsNorm {
  private final WorkerPool pool;

  VectorRmsNorm(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, C) operand from in (N, C) and scale (C); keeps reciprocalRoot (N). */
  void forward(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    int c = (int) in.dimension(1);
    Rows outRows = Rows.toWrite(out);
    long rootAddress = reciprocalRoot.address();
    long inAddress = in.address();
    long scaleAddress = scale.address();
    RowSlices slices = RowSlices.of((int) in.dimension(0), c);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            long row = inAddress + (long) n * c * Float.BYTES;
            float[] scratch = workspace.regions;
            float r = (float) (1 / Math.sqrt(VectorNorm.squaredDeviations(row, c, 0, scratch) / c + epsilon));
            for (int column = 0; column < c; column += Workspace.REGION_FLOATS) {
              int count = Math.min(Workspace.REGION_FLOATS, c - column);
              long offset = (long) column * Float.BYTES;
              normalise(scratch, row + offset, count, r, scaleAddress + offset);
              outRows.store(n, column, count, scratch, Workspace.ALIGNED);
            }
            Lanes.storeFloat(r, rootAddress + (long) n * Float.BYTES);
          }
        });
  }

  /** The scratch = row x reciprocal root x scale. */
  private static void normalise(float[] scratch, long row, int count, float reciprocalRoot, long scale) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector scales = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + at, ORDER);
      FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER)
          .mul(reciprocalRoot)
          .mul(scales)
          .intoArray(scratch, Workspace.ALIGNED + i);
    }
    for (int i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      scratch[Workspace.ALIGNED + i] = Lanes.loadFloat(row + at) * reciprocalRoot * Lanes.loadFloat(scale + at);
    }
  }
}
