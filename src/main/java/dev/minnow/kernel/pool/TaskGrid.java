package dev.minnow.kernel.pool;

/**
 * Rows and columns of blocks, cut evenly into tasks of one operation. Tasks of the same rows follow each other, so that a thread keeps its
 * rows ({@link WorkerPool}).
 *
 * @param rows blocks in a column
 * @param rowTasks cuts of the rows
 * @param columns blocks in a row
 * @param columnTasks cuts of the columns
 */
public record TaskGrid(int rows, int rowTasks, int columns, int columnTasks) {
  /** What is done with the blocks of one task. */
  @FunctionalInterface
  public interface Task {
    void run(int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace);
  }

  /** Runs all tasks on the threads of the pool. */
  public void run(WorkerPool pool, Task task) {
    pool.run(Math.multiplyExact(rowTasks, columnTasks), (slice, workspace) -> {
      int row = slice / columnTasks;
      int column = slice % columnTasks;
      task.run(
          EvenCuts.start(rows, row, rowTasks),
          EvenCuts.start(rows, row + 1, rowTasks),
          EvenCuts.start(columns, column, columnTasks),
          EvenCuts.start(columns, column + 1, columnTasks),
          workspace);
    });
  }
}
