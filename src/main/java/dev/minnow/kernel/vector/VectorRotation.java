package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/** Rotation of heads by their position, in place, half a head and the other at a time. */
public final class VectorRotation {
  private static final int X = Workspace.region(0);
  private static final int Y = Workspace.region(1);
  private static final int COSINES = Workspace.region(2);
  private static final int SINES = Workspace.region(3);

  private final WorkerPool pool;

  public VectorRotation(WorkerPool pool) {
    this.pool = pool;
  }

  /**
   * Turns the first heads of each row of matrix (N, K).
   *
   * @param turns (T, D): cosines, then sines
   * @param direction 1, or -1 to turn back
   */
  public void run(Tensor matrix, Tensor turns, int heads, int context, int position, int direction) {
    int headWidth = (int) turns.dimension(1);
    int half = headWidth / 2;
    Rows rows = Rows.of(matrix);
    Rows turnRows = Rows.of(turns);
    RowSlices slices = RowSlices.of(matrix);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          float[] s = workspace.regions;
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            int turn = n % context + position;
            for (int part = 0; part < half; part += Workspace.REGION_FLOATS) {
              int count = Math.min(Workspace.REGION_FLOATS, half - part);
              turnRows.load(turn, part, count, s, COSINES);
              turnRows.load(turn, half + part, count, s, SINES);
              for (int head = 0; head < heads; head++) {
                int column = head * headWidth + part;
                rows.load(n, column, count, s, X);
                rows.load(n, column + half, count, s, Y);
                turn(s, count, direction);
                rows.store(n, column, count, s, X);
                rows.store(n, column + half, count, s, Y);
              }
            }
          }
        });
  }

  /** x, y = x cos - y sin, y cos + x sin. */
  private static void turn(float[] s, int count, int direction) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      FloatVector y = FloatVector.fromArray(FLOATS, s, Y + i);
      FloatVector cosine = FloatVector.fromArray(FLOATS, s, COSINES + i);
      FloatVector sine = FloatVector.fromArray(FLOATS, s, SINES + i).mul(direction);
      x.mul(cosine).sub(y.mul(sine)).intoArray(s, X + i);
      y.mul(cosine).add(x.mul(sine)).intoArray(s, Y + i);
    }
  }
}
