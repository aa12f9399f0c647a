package dev.minnow.kernel;

/**
 * The output of a matrix product cut into blocks, the slices of {@link WorkerPool#run}. Cuts lie between tiles, and what a tile sums
 * does not depend on its block: results are the same whatever the number of blocks.
 *
 * @param rowTiles tiles of {@link RegisterTile#ROWS} that cover the rows
 * @param columnTiles tiles of {@link RegisterTile#COLUMNS} that cover the columns
 * @param rowBlocks cuts of the rows
 * @param columnBlocks cuts of the columns
 */
record OutputBlocks(int rowTiles, int columnTiles, int rowBlocks, int columnBlocks) {
  /** Blocks per thread that even out what one thread loses to other processes. */
  private static final int BLOCKS_PER_THREAD = 4;

  /** Multiply-adds that make a block of its own worthwhile: 20 microseconds, many times what handing it out costs. */
  private static final long WORTHWHILE = 2_500_000;

  /** Floats of output that stay in the L2 cache beside the packed right block while steps of k are added: 512 KiB. */
  private static final int OUTPUT_FLOATS = 128 * 1024;

  /** Packing a value of the right operand costs about this many times a value of the left one. */
  private static final int RIGHT_COST = 2;

  static OutputBlocks of(int rows, int columns, int depth, int depthBlock, int threads) {
    int rowTiles = Math.ceilDiv(rows, RegisterTile.ROWS);
    int columnTiles = Math.ceilDiv(columns, RegisterTile.COLUMNS);
    int columnTilesThatFit = Math.max(1, Workspace.RIGHT_FLOATS / (depthBlock * RegisterTile.COLUMNS));
    int columnBlocks = Math.ceilDiv(columnTiles, columnTilesThatFit);
    int rowBlocks = 1;
    if (depth > depthBlock) {
      int blockColumns = Math.ceilDiv(columnTiles, columnBlocks) * RegisterTile.COLUMNS;
      rowBlocks = Math.min(rowTiles, Math.ceilDiv(rows, Math.max(1, OUTPUT_FLOATS / blockColumns)));
    }
    long worthwhile = Math.max(1, (long) rows * columns * depth / WORTHWHILE);
    int wanted = threads == 1 ? 1 : (int) Math.min(worthwhile, (long) BLOCKS_PER_THREAD * threads);
    while ((long) rowBlocks * columnBlocks < wanted) {
      // One more cut of the rows packs the right operand once more, one of the columns the left operand.
      boolean cutRows = (long) columns * RIGHT_COST * columnBlocks <= (long) rows * rowBlocks;
      if (rowBlocks < rowTiles && (cutRows || columnBlocks == columnTiles)) {
        rowBlocks++;
      } else if (columnBlocks < columnTiles) {
        columnBlocks++;
      } else {
        break;
      }
    }
    return new OutputBlocks(rowTiles, columnTiles, rowBlocks, columnBlocks);
  }

  int count() {
    return Math.multiplyExact(rowBlocks, columnBlocks);
  }

  /** Blocks that share a part of the right operand come one after the other. */
  int firstRow(int block) {
    return firstRowOf(block % rowBlocks);
  }

  int endRow(int block, int rows) {
    return Math.min(rows, firstRowOf(block % rowBlocks + 1));
  }

  int firstColumn(int block) {
    return firstColumnOf(block / rowBlocks);
  }

  int endColumn(int block, int columns) {
    return Math.min(columns, firstColumnOf(block / rowBlocks + 1));
  }

  private int firstRowOf(int rowBlock) {
    return (int) ((long) rowTiles * rowBlock / rowBlocks) * RegisterTile.ROWS;
  }

  private int firstColumnOf(int columnBlock) {
    return (int) ((long) columnTiles * columnBlock / columnBlocks) * RegisterTile.COLUMNS;
  }
}
