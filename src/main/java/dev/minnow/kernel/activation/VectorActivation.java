package dev.minnow.kernel.activation;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.row.FloatRows;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Activation functions of rows, part by part in scratch. */
public final class VectorActivation {
  /** Where the numbers are, which their functions replace. */
  static final int X = Workspace.region(0);

  /** Where the gradients are, which are multiplied by derivatives. */
  static final int GRADIENT = Workspace.region(2);

  private final WorkerPool pool;

  public VectorActivation(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = the function of in, both (N, C). */
  public void forward(Tensor out, Tensor in, ActivationFunction function) {
    forwardEpilogue(out, in, function).run(pool, in);
  }

  /** din = dout x the derivative at in, all (N, C). */
  public void backward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    backwardEpilogue(din, dout, in, function).run(pool, in);
  }

  /** {@link #forward} of finished parts of a matrix. */
  public static Epilogue forwardEpilogue(Tensor out, Tensor in, ActivationFunction function) {
    FloatRows outRows = FloatRows.of(out);
    FloatRows inRows = FloatRows.of(in);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      int columns = ActivationCode.columns(endColumn - firstColumn);
      if (columns > 0) {
        long to = outRows.at(firstRow, firstColumn);
        ActivationCode.forward(
            function, to, inRows.at(firstRow, firstColumn), endRow - firstRow, columns, inRows.rowBytes(), workspace.code());
      }
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn + columns; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          inRows.load(row, column, count, s, X);
          switch (function) {
            case GELU -> VectorGelu.replace(s, count);
            case RELU2 -> square(s, count);
          }
          outRows.store(row, column, count, s, X);
        }
      }
    };
  }

  /** {@link #backward} of finished parts of dout, which may be din. */
  public static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    FloatRows dinRows = FloatRows.of(din);
    FloatRows doutRows = FloatRows.of(dout);
    FloatRows inRows = FloatRows.of(in);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      int columns = ActivationCode.columns(endColumn - firstColumn);
      if (columns > 0) {
        long to = dinRows.at(firstRow, firstColumn);
        long gradients = doutRows.at(firstRow, firstColumn);
        ActivationCode.backward(
            function, to, gradients, inRows.at(firstRow, firstColumn), endRow - firstRow, columns, inRows.rowBytes(), workspace.code());
      }
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn + columns; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          inRows.load(row, column, count, s, X);
          doutRows.load(row, column, count, s, GRADIENT);
          switch (function) {
            case GELU -> VectorGelu.multiplyByDerivative(s, count);
            case RELU2 -> multiplyByDoubled(s, count);
          }
          dinRows.store(row, column, count, s, GRADIENT);
        }
      }
    };
  }

  /** max(x, 0)^2, in the place of x. */
  private static void square(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      FloatVector positive = x.blend(0, x.compare(VectorOperators.LT, 0));
      positive.mul(positive).intoArray(s, X + i);
    }
  }

  /** The gradient times 2 max(x, 0). */
  private static void multiplyByDoubled(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      FloatVector positive = x.blend(0, x.compare(VectorOperators.LT, 0));
      FloatVector.fromArray(FLOATS, s, GRADIENT + i).mul(positive.add(positive)).intoArray(s, GRADIENT + i);
    }
  }
}
