package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU in its tanh form. (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), so that one exponential and one division do, without the cancellation
 * of 1 + tanh(u) at negative x.
 */
final class VectorGelu {
  /** -2 sqrt(2/pi): the factor on x in -2u. */
  private static final float LINEAR = (float) (-2 * Math.sqrt(2 / Math.PI));

  /** The factor on x^3 in -2u. */
  private static final float CUBIC = (float) (-2 * Math.sqrt(2 / Math.PI) * 0.044715);

  /** Beyond it the derivative is 0 or 1 in float; the powers in it would overflow later. */
  private static final float SATURATION = 30;

  private static final int X = Workspace.region(0);
  private static final int EXPONENTIALS = Workspace.region(1);
  private static final int GRADIENT = Workspace.region(2);

  private final WorkerPool pool;

  VectorGelu(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = gelu(in), both (N, C). */
  void forward(Tensor out, Tensor in) {
    run(in, forwardEpilogue(out, in));
  }

  /** din = dout x the derivative at in, all (N, C). */
  void backward(Tensor din, Tensor dout, Tensor in) {
    run(in, backwardEpilogue(din, dout, in));
  }

  private void run(Tensor matrix, Epilogue epilogue) {
    int columns = (int) matrix.dimension(1);
    RowSlices slices = RowSlices.of(matrix);
    pool.run(slices.count(), (slice, workspace) -> epilogue.finish(slices.first(slice), slices.end(slice), 0, columns, workspace));
  }

  /** {@link #forward} of finished parts of a matrix. */
  static Epilogue forwardEpilogue(Tensor out, Tensor in) {
    FloatRows outRows = FloatRows.of(out);
    FloatRows inRows = FloatRows.of(in);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          inRows.load(row, column, count, s, X);
          exponentials(s, count);
          divide(s, count);
          outRows.store(row, column, count, s, X);
        }
      }
    };
  }

  /** {@link #backward} of finished parts of dout, which may be din. */
  static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in) {
    FloatRows dinRows = FloatRows.of(din);
    FloatRows doutRows = FloatRows.of(dout);
    FloatRows inRows = FloatRows.of(in);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          inRows.load(row, column, count, s, X);
          doutRows.load(row, column, count, s, GRADIENT);
          limit(s, count);
          exponentials(s, count);
          multiplyByDerivative(s, count);
          dinRows.store(row, column, count, s, GRADIENT);
        }
      }
    };
  }

  /** exp(-2u). */
  private static void exponentials(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      x.mul(x).fma(FloatVector.broadcast(FLOATS, CUBIC), FloatVector.broadcast(FLOATS, LINEAR)).mul(x).intoArray(s, EXPONENTIALS + i);
    }
    Exponentials.replace(s, EXPONENTIALS, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
  }

  /** x / (1 + exp(-2u)), in the place of x. */
  private static void divide(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector denominator = FloatVector.fromArray(FLOATS, s, EXPONENTIALS + i).add(1);
      FloatVector.fromArray(FLOATS, s, X + i).div(denominator).intoArray(s, X + i);
    }
  }

  private static void limit(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      x.blend(SATURATION, x.compare(VectorOperators.GT, SATURATION))
          .blend(-SATURATION, x.compare(VectorOperators.LT, -SATURATION))
          .intoArray(s, X + i);
    }
  }

  /** The gradient times the derivative, which is, with r = 1 / (1 + exp(-2u)), r + x r (1 - r) 2u'. */
  private static void multiplyByDerivative(float[] s, int count) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      FloatVector r = one.div(FloatVector.fromArray(FLOATS, s, EXPONENTIALS + i).add(1));
      FloatVector slope = x.mul(x).fma(FloatVector.broadcast(FLOATS, -3 * CUBIC), FloatVector.broadcast(FLOATS, -LINEAR));
      FloatVector derivative = x.mul(r).mul(one.sub(r)).fma(slope, r);
      FloatVector.fromArray(FLOATS, s, GRADIENT + i).mul(derivative).intoArray(s, GRADIENT + i);
    }
  }
}
