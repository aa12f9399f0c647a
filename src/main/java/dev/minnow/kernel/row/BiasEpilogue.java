package dev.minnow.kernel.row;

import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** Adds a bias to finished rows of floats. */
public record BiasEpilogue(Rows out, long bias) implements Epilogue {
  private static final int SUM = Workspace.region(0);
  private static final int BIAS = Workspace.region(1);

  /** The bias, if there is one, then another epilogue of the same output. */
  public static Epilogue before(Epilogue next, Tensor out, @Nullable Tensor bias) {
    return bias == null ? next : new BiasEpilogue(Rows.of(out), bias.address()).then(next);
  }

  @Override
  public void finish(int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace) {
    float[] s = workspace.regions;
    for (int column = firstColumn; column < endColumn; column += Workspace.REGION_FLOATS) {
      int count = Math.min(Workspace.REGION_FLOATS, endColumn - column);
      FloatRows.load(bias + (long) column * Float.BYTES, count, s, BIAS);
      for (int row = firstRow; row < endRow; row++) {
        out.load(row, column, count, s, SUM);
        FloatRows.addTo(s, SUM, BIAS, count);
        out.store(row, column, count, s, SUM);
      }
    }
  }
}
