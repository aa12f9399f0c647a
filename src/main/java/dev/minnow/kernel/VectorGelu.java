package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

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

  /** out = gelu(in), both operands. */
  void forward(Tensor out, Tensor in) {
    Rows outRows = Rows.toWrite(out);
    Rows inRows = Rows.of(in);
    RowSlices slices = RowSlices.of(in);
    pool.run(
        slices.count(),
        (slice, workspace) -> forward(
            outRows, inRows, slices.first(slice), slices.end(slice), 0, (int) in.dimension(1), workspace.regions));
  }

  /** din = dout x the derivative at in, all operands. */
  void backward(Tensor din, Tensor dout, Tensor in) {
    Rows dinRows = Rows.toWrite(din);
    Rows doutRows = Rows.of(dout);
    Rows inRows = Rows.of(in);
    RowSlices slices = RowSlices.of(in);
    pool.run(
        slices.count(),
        (slice, workspace) -> backward(
            dinRows, doutRows, inRows, slices.first(slice), slices.end(slice), 0, (int) in.dimension(1), workspace.regions));
  }

  /** The outputs of some rows and columns. */
  static void forward(Rows out, Rows in, int firstRow, int endRow, int firstColumn, int endColumn, float[] s) {
    for (int row = firstRow; row < endRow; row++) {
      for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
        int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
        in.load(row, column, count, s, X);
        exponentials(s, count);
        divide(s, count);
        out.store(row, column, count, s, X);
      }
    }
  }

  /** The input gradients of some rows and columns. */
  static void backward(Rows din, Rows dout, Rows in, int firstRow, int endRow, int firstColumn, int endColumn, float[] s) {
    for (int row = firstRow; row < endRow; row++) {
      for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
        int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
        in.load(row, column, count, s, X);
        dout.load(row, column, count, s, GRADIENT);
        limit(s, count);
        exponentials(s, count);
        multiplyByDerivative(s, count);
        din.store(row, column, count, s, GRADIENT);
      }
    }
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
      FloatVector.fromArray(FLOATS, s, X + i).min(SATURATION).max(-SATURATION).intoArray(s, X + i);
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
