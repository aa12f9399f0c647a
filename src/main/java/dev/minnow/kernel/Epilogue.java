package dev.minnow.kernel;

/** What is done with outputs of a matrix product as soon as they are complete, while a cache still holds them. */
interface Epilogue {
  /** Nothing. */
  Epilogue NONE = (firstRow, endRow, firstColumn, endColumn, workspace) -> {};

  /** Called once for each part of the output, in any order and from any thread of the pool. */
  void finish(int firstRow, int endRow, int firstColumn, int endColumn, Workspace workspace);

  /** This, then another. */
  default Epilogue then(Epilogue next) {
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      finish(firstRow, endRow, firstColumn, endColumn, workspace);
      next.finish(firstRow, endRow, firstColumn, endColumn, workspace);
    };
  }
}
