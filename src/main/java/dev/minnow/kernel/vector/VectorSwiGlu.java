package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/** SwiGLU of rows whose first half are gates, and its gradient. */
public final class VectorSwiGlu {
  private static final int GATE = Workspace.region(0);
  private static final int UP = Workspace.region(1);
  private static final int EXPONENTIALS = Workspace.region(2);
  private static final int GRADIENT = Workspace.region(3);

  private final WorkerPool pool;

  public VectorSwiGlu(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, F) from in (N, 2F). */
  public void forward(Tensor out, Tensor in) {
    forwardPart(out, in).run(pool, out);
  }

  /** din (N, 2F) from dout (N, F) and in (N, 2F). */
  void backward(Tensor din, Tensor dout, Tensor in) {
    backwardEpilogue(din, dout, in).run(pool, dout);
  }

  private static Epilogue forwardPart(Tensor out, Tensor in) {
    Rows outRows = Rows.toWrite(out);
    Rows inRows = Rows.of(in);
    int f = (int) out.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          inRows.load(row, column, count, s, GATE);
          inRows.load(row, f + column, count, s, UP);
          exponentials(s, count);
          multiply(s, count);
          outRows.store(row, column, count, s, GATE);
        }
      }
    };
  }

  /** {@link #backward} of finished parts of dout (N, F). */
  public static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in) {
    Rows dinRows = Rows.toWrite(din);
    Rows doutRows = Rows.of(dout);
    Rows inRows = Rows.of(in);
    int f = (int) dout.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          inRows.load(row, column, count, s, GATE);
          inRows.load(row, f + column, count, s, UP);
          doutRows.load(row, column, count, s, GRADIENT);
          exponentials(s, count);
          differentiate(s, count);
          dinRows.store(row, column, count, s, GATE);
          dinRows.store(row, f + column, count, s, UP);
        }
      }
    };
  }

  /** exp(-gate), which may be infinite. */
  private static void exponentials(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, GATE + i).neg().intoArray(s, EXPONENTIALS + i);
    }
    Exponentials.replace(s, EXPONENTIALS, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
  }

  /** gate / (1 + exp(-gate)) x up, in the place of the gate. */
  private static void multiply(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector denominator = FloatVector.fromArray(FLOATS, s, EXPONENTIALS + i).add(1);
      FloatVector.fromArray(FLOATS, s, GATE + i)
          .div(denominator)
          .mul(FloatVector.fromArray(FLOATS, s, UP + i))
          .intoArray(s, GATE + i);
    }
  }

  /** The gradients of gate and up in their places: with r = 1 / (1 + exp(-gate)), dout x up x (r + gate r (1 - r)) and dout x gate r. */
  private static void differentiate(float[] s, int count) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector gate = FloatVector.fromArray(FLOATS, s, GATE + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, s, GRADIENT + i);
      FloatVector r = one.div(FloatVector.fromArray(FLOATS, s, EXPONENTIALS + i).add(1));
      FloatVector silu = gate.mul(r);
      FloatVector slope = silu.fma(one.sub(r), r);
      gradient.mul(FloatVector.fromArray(FLOATS, s, UP + i)).mul(slope).intoArray(s, GATE + i);
      gradient.mul(silu).intoArray(s, UP + i);
    }
  }
}
