package dev.minnow.kernel.vector;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.BiasEpilogue;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.row.FloatRows;
import dev.minnow.kernel.row.Rows;
import dev.minnow.kernel.row.VectorDropout;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** Dropout on rows, with and without the residual that they are added to. */
public final class VectorResidual {
  private static final int IN = Workspace.region(0);
  private static final int RESIDUAL = Workspace.region(1);

  private final WorkerPool pool;

  public VectorResidual(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = residual + dropout(in), all (N, C); out may be in. */
  void add(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    epilogue(Rows.toWrite(out), Rows.of(residual), Rows.of(in), dropout).run(pool, in);
  }

  /** out = residual + dropout(out + bias), of finished parts of out; all are floats. */
  public static Epilogue epilogue(Tensor out, Tensor residual, @Nullable Tensor bias, Dropout dropout) {
    FloatRows outRows = FloatRows.of(out);
    FloatRows residualRows = FloatRows.of(residual);
    Epilogue added = epilogue(outRows, residualRows, outRows, dropout);
    Epilogue loops = BiasEpilogue.before(added, out, bias);
    long biases = bias == null ? 0 : bias.address();
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      if (Residuals.takes(endColumn - firstColumn)) {
        Residuals.add(outRows, residualRows, biases, firstRow, endRow, firstColumn, endColumn, dropout, workspace.code());
      } else {
        loops.finish(firstRow, endRow, firstColumn, endColumn, workspace);
      }
    };
  }

  private static Epilogue epilogue(Rows out, Rows residual, Rows in, Dropout dropout) {
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      float[] s = workspace.regions;
      for (int row = firstRow; row < endRow; row++) {
        for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
          int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
          in.load(row, column, count, s, IN);
          residual.load(row, column, count, s, RESIDUAL);
          if (!dropout.isNone()) {
            VectorDropout.multiply(workspace, s, IN, count, dropout, row, column);
          }
          FloatRows.addTo(s, IN, RESIDUAL, count);
          out.store(row, column, count, s, IN);
        }
      }
    };
  }

  /** to = from, both (N, C), of whatever types. */
  public void copy(Tensor to, Tensor from) {
    dropoutBackward(to, from, Dropout.NONE);
  }

  /** din operand = dout x factors, both (N, C). */
  void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    int c = (int) dout.dimension(1);
    Rows dinRows = Rows.toWrite(din);
    Rows doutRows = Rows.of(dout);
    RowSlices slices = RowSlices.of(din);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          float[] s = workspace.regions;
          for (int row = slices.first(slice); row < slices.end(slice); row++) {
            for (int column = 0; column < c; column += Workspace.REGION_FLOATS) {
              int count = Math.min(Workspace.REGION_FLOATS, c - column);
              doutRows.load(row, column, count, s, IN);
              if (!dropout.isNone()) {
                VectorDropout.multiply(workspace, s, IN, count, dropout, row, column);
              }
              dinRows.store(row, column, count, s, IN);
            }
          }
        });
  }
}
