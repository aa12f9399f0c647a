package dev.minnow.kernel.row;

import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;

/** What is done with outputs of a matrix product as soon as they are complete, while a cache still holds them. */
public interface Epilogue {
  /** Nothing. */
  Epilogue NONE = (firstRow, endRow, firstColumn, endColumn, workspace) -> {};

  /** Called once for each part of the output, in any order and from any thread of the pool. */
  void finish(int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace);

  /** Does it with all rows of a matrix, which no product made. */
  default void run(WorkerPool pool, Tensor matrix) {
    int columns = (int) matrix.dimension(1);
    RowSlices slices = RowSlices.of(matrix);
    pool.run(slices.count(), (slice, workspace) -> finish(slices.first(slice), slices.end(slice), 0, columns, workspace));
  }

  /** This, then another. */
  default Epilogue then(Epilogue next) {
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      finish(firstRow, endRow, firstColumn, endColumn, workspace);
      next.finish(firstRow, endRow, firstColumn, endColumn, workspace);
    };
  }
}
