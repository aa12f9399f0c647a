package dev.minnow.kernel.product;

import dev.minnow.kernel.pool.EvenCuts;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The output of a matrix product cut into blocks, the slices of {@link WorkerPool#run}. Cuts lie between tiles, and what a tile sums
 * does not depend on its block: results are the same whatever the number of blocks.
 *
 * @param rowTiles tiles of {@link RegisterTile#ROWS} that cover the rows
 * @param columnTiles tiles of {@link RegisterTile#COLUMNS} that cover the columns
 * @param rowBlocks cuts of the rows: the right operand is packed for each, if its depth is cut too
 * @param columnBlocks cuts of the columns: the left operand is packed for each
 */
record OutputBlocks(int rowTiles, int columnTiles, int rowBlocks, int columnBlocks) {
  /** Blocks per thread, at most, where caches do not ask for more: an even end is worth no more packing than that. */
  private static final int BLOCKS_PER_THREAD = 8;

  /** Floats of output that a block may have while steps of k are added to it: 2 MiB, one thread's share of an L3 cache. */
  private static final int OUTPUT_FLOATS = 512 * 1024;

  /** Tiles that could be summed in the time that packing one left panel takes. */
  private static final int LEFT_COST = 1;

  /** Tiles that could be summed in the time that packing one right panel takes. */
  private static final int RIGHT_COST = 3;

  /** A thread that another process holds up is late by one part in so many of a block, on average: smaller blocks cost packing. */
  private static final int LATE_PARTS = 6;

  /** Multiply-adds that could be summed in the time that handing out a block takes. */
  private static final long HANDING_COST = 50_000;

  /** Shapes whose cuts are remembered: those of a training step, and of prompts of many lengths. */
  private static final int MOST_REMEMBERED = 4096;

  private static final Map<Product, OutputBlocks> REMEMBERED = new ConcurrentHashMap<>();

  private record Product(int rows, int columns, int depth, int depthBlock, int threads) {}

  /** The cut that is expected to take the least time on this many threads; {@code depthBlock} steps of k are packed at a time. */
  static OutputBlocks of(int rows, int columns, int depth, int depthBlock, int threads) {
    Product product = new Product(rows, columns, depth, depthBlock, threads);
    OutputBlocks known = REMEMBERED.get(product);
    if (known != null) {
      return known;
    }
    // With many threads the search takes longer than a small product.
    OutputBlocks found = search(rows, columns, depth, depthBlock, threads);
    if (REMEMBERED.size() >= MOST_REMEMBERED) {
      REMEMBERED.clear();
    }
    REMEMBERED.put(product, found);
    return found;
  }

  private static OutputBlocks search(int rows, int columns, int depth, int depthBlock, int threads) {
    int rowTiles = Math.ceilDiv(rows, RegisterTile.ROWS);
    int columnTiles = Math.ceilDiv(columns, RegisterTile.COLUMNS);
    int tilesThatFit = Math.max(1, Workspace.RIGHT_FLOATS / RightPanels.stride(depthBlock));
    int fewestColumnBlocks = Math.ceilDiv(columnTiles, tilesThatFit);
    int fewestRowBlocks = 1;
    if (depth > depthBlock) {
      int rowsThatFit = OUTPUT_FLOATS / (Math.ceilDiv(columnTiles, fewestColumnBlocks) * RegisterTile.COLUMNS);
      fewestRowBlocks = Math.min(rowTiles, Math.ceilDiv(rows, Math.max(1, rowsThatFit)));
    }
    if (threads == 1) {
      return new OutputBlocks(rowTiles, columnTiles, fewestRowBlocks, fewestColumnBlocks);
    }
    // A thread that takes one row block after the other keeps the right panels, unless several blocks of depth follow each other in them.
    long right = depth > depthBlock ? RIGHT_COST : 0;
    long handing = HANDING_COST / ((long) RegisterTile.ROWS * RegisterTile.COLUMNS * depth);
    long most = Math.max((long) fewestRowBlocks * fewestColumnBlocks, (long) BLOCKS_PER_THREAD * threads);
    long lowestCost = Long.MAX_VALUE;
    int bestRowBlocks = fewestRowBlocks;
    int bestColumnBlocks = fewestColumnBlocks;
    for (int rowBlocks = fewestRowBlocks; rowBlocks <= Math.min(rowTiles, most / fewestColumnBlocks); rowBlocks++) {
      for (int columnBlocks = fewestColumnBlocks; columnBlocks <= Math.min(columnTiles, most / rowBlocks); columnBlocks++) {
        long rounds = Math.ceilDiv((long) rowBlocks * columnBlocks, threads);
        long cost = cost(Math.ceilDiv(rowTiles, rowBlocks), Math.ceilDiv(columnTiles, columnBlocks), right, handing, rounds);
        if (cost < lowestCost) {
          lowestCost = cost;
          bestRowBlocks = rowBlocks;
          bestColumnBlocks = columnBlocks;
        }
      }
    }
    return new OutputBlocks(rowTiles, columnTiles, bestRowBlocks, bestColumnBlocks);
  }

  /** What grows as the time does that threads take for their blocks, in rounds. */
  private static long cost(long blockRowTiles, long blockColumnTiles, long right, long handing, long rounds) {
    long block = blockRowTiles * blockColumnTiles + LEFT_COST * blockRowTiles + right * blockColumnTiles + handing;
    return (LATE_PARTS * rounds + 1) * block;
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
    return EvenCuts.start(rowTiles, rowBlock, rowBlocks) * RegisterTile.ROWS;
  }

  private int firstColumnOf(int columnBlock) {
    return EvenCuts.start(columnTiles, columnBlock, columnBlocks) * RegisterTile.COLUMNS;
  }
}
