package dev.minnow.kernel.vector;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.FloatRows;
import dev.minnow.kernel.row.Rows;
import dev.minnow.kernel.row.VectorDropout;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** Token and position embeddings: rows that are looked up forward and added to backward. */
final class VectorEmbedding {
  /** Columns of one backward slice: whole vectors of any width and four cache lines. */
  private static final int STRIP_COLUMNS = 64;

  private static final int SUM = Workspace.region(0);
  private static final int OTHER = Workspace.region(1);

  private final WorkerPool pool;

  VectorEmbedding(WorkerPool pool) {
    this.pool = pool;
  }

  /** Row n of out (N, C) = dropout(tokenEmbedding[tokens[n]] + positionEmbedding[n mod T + position]). */
  void forward(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    int c = (int) out.dimension(1);
    int context = (int) tokens.dimension(1);
    long tokensAddress = tokens.address();
    Rows outRows = Rows.toWrite(out);
    Rows tokenRows = Rows.of(tokenEmbedding);
    Rows positionRows = positionEmbedding == null ? null : Rows.of(positionEmbedding);
    RowSlices slices = RowSlices.of(out);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          float[] s = workspace.regions;
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            for (int column = 0; column < c; column += Workspace.REGION_FLOATS) {
              int count = Math.min(Workspace.REGION_FLOATS, c - column);
              tokenRows.load(Lanes.loadInt(tokensAddress, n), column, count, s, SUM);
              if (positionRows != null) {
                positionRows.load(n % context + position, column, count, s, OTHER);
                FloatRows.addTo(s, SUM, OTHER, count);
              }
              if (!dropout.isNone()) {
                VectorDropout.multiply(workspace, s, SUM, count, dropout, n, column);
              }
              outRows.store(n, column, count, s, SUM);
            }
          }
        });
  }

  /**
   * dtokenEmbedding (V, C) and dpositionEmbedding += from dout (N, C). A slice takes a strip of columns through all rows, so that each
   * element is added to by one thread, in the order of rows.
   */
  void backward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    int c = (int) dout.dimension(1);
    int rows = (int) dout.dimension(0);
    int context = (int) tokens.dimension(1);
    long tokensAddress = tokens.address();
    Rows dtokenRows = Rows.of(dtokenEmbedding);
    Rows dpositionRows = dpositionEmbedding == null ? null : Rows.of(dpositionEmbedding);
    Rows doutRows = Rows.of(dout);
    pool.run(
        Math.ceilDiv(c, STRIP_COLUMNS),
        (strip, workspace) -> {
          float[] s = workspace.regions;
          int column = strip * STRIP_COLUMNS;
          int count = Math.min(STRIP_COLUMNS, c - column);
          for (int n = 0; n < rows; n++) {
            doutRows.load(n, column, count, s, SUM);
            if (!dropout.isNone()) {
              VectorDropout.multiply(workspace, s, SUM, count, dropout, n, column);
            }
            addToRow(dtokenRows, Lanes.loadInt(tokensAddress, n), column, count, s);
            if (dpositionRows != null) {
              addToRow(dpositionRows, n % context, column, count, s);
            }
          }
        });
  }

  private static void addToRow(Rows rows, int row, int column, int count, float[] s) {
    rows.load(row, column, count, s, OTHER);
    FloatRows.addTo(s, OTHER, SUM, count);
    rows.store(row, column, count, s, OTHER);
  }
}
