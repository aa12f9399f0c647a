package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.memory.Blocks;

/** Where what belongs to the head of attention lies that a thread is at: addresses in its scratch, reused from head to head. */
final class BfloatHead {
  /** Block rows of queries, at most, that gradients of keys and values are summed over before sums go back to memory. */
  static final int CHUNK_BLOCKS = 8;

  /** Block rows of queries whose scores are in floats at a time. */
  final int queryBlocks;

  final HeadBlocks queries = new HeadBlocks();
  final HeadBlocks keys = new HeadBlocks();
  final HeadBlocks values = new HeadBlocks();
  final HeadBlocks out = new HeadBlocks();
  final HeadBlocks dout = new HeadBlocks();
  final HeadBlocks dqueries = new HeadBlocks();
  final HeadBlocks dkeys = new HeadBlocks();
  final HeadBlocks dvalues = new HeadBlocks();

  /** Right form (D, T) of the keys' transpose. */
  long keysTransposed;

  /** Right form (D, T) of the values' transpose. */
  long valuesTransposed;

  /** Right form (T, D) of what probabilities or score gradients weigh: values in the forward pass, keys in the backward pass. */
  long weighed;

  /** Scores, floats, {@link #scoreStride} bytes a query. */
  long scores;

  /** Gradients of the probabilities, like the scores. */
  long dprobabilities;

  /** Left form (queries, T) of probabilities, a block row after the other. */
  long probabilities;

  /** Left form (queries, T) of the scores' gradients. */
  long dscores;

  /** Outputs, or gradients of queries: floats, {@link #resultStride} bytes a row. */
  long results;

  /** Right form (chunk, D) of a chunk's queries. */
  long chunkQueries;

  /** Right form (chunk, D) of a chunk's dout. */
  long chunkGradients;

  /** Left form (keys, chunk) of a block column of {@link #probabilities} or {@link #dscores}. */
  long transposed;

  /** Sums of the keys' gradients (T, D), floats. */
  long dkeySums;

  /** Sums of the values' gradients (T, D), floats. */
  long dvalueSums;

  /** 32 floats. */
  long logSums;

  /** A float for each of {@link #queryBlocks} block rows: 1 / the sum of exponentials, or dout x out. */
  long factors;

  /** 32 keys of dropout masks. */
  long dropoutKeys;

  long scoreStride;
  long resultStride;
  int contextBlocks;
  int widthBlocks;
  private long copies;
  private long copyBytes;
  private long end;

  /** Attention of a thread that multiplies with this unit. */
  BfloatHead(MatrixUnit unit) {
    this.queryBlocks = unit.queryBlocks;
  }

  /** Bytes that {@link #beginBackward}, the larger pass, takes of the scratch. */
  static long backwardBytes(AttentionShape shape, MatrixUnit unit) {
    BfloatHead head = new BfloatHead(unit);
    head.measure(shape);
    head.layOutBackward(0);
    return head.end;
  }

  /** Finds room for the forward pass of a head. */
  void beginForward(AttentionShape shape, CodeScratch scratch) {
    measure(shape);
    layOutForward(0);
    layOutForward(scratch.large(end));
  }

  /** Finds room for the backward pass of a head. */
  void beginBackward(AttentionShape shape, CodeScratch scratch) {
    measure(shape);
    layOutBackward(0);
    layOutBackward(scratch.large(end));
  }

  /** Where the copy of a matrix goes, by a number of its own. */
  long copy(int number) {
    return copies + number * copyBytes;
  }

  /** Bytes from the first score to those of a block row of the scratch. */
  long scoreOffset(int rowBlock) {
    return (long) rowBlock * Blocks.SIZE * scoreStride;
  }

  /** Address of a block row of results. */
  long resultRow(int rowBlock) {
    return results + (long) rowBlock * Blocks.SIZE * resultStride;
  }

  /** Address of a block row of probabilities. */
  long probabilityRow(int rowBlock) {
    return probabilities + rowBlock * rowStep();
  }

  /** Address of a block row of the scores' gradients. */
  long dscoreRow(int rowBlock) {
    return dscores + rowBlock * rowStep();
  }

  /** Bytes from a block row of probabilities, or of their gradients, to the next. */
  long rowStep() {
    return (long) contextBlocks * Blocks.BYTES;
  }

  /** Address of the factors of a block row of the scratch. */
  long factors(int rowBlock) {
    return factors + (long) rowBlock * Blocks.SIZE * Float.BYTES;
  }

  private void measure(AttentionShape shape) {
    contextBlocks = (int) Blocks.count(shape.context());
    widthBlocks = (int) Blocks.count(shape.headWidth());
    // Not a multiple of 4 KiB: rows at that distance would share few cache lines' places.
    scoreStride = (long) (contextBlocks * Blocks.SIZE + 16) * Float.BYTES;
    resultStride = (long) widthBlocks * Blocks.SIZE * Float.BYTES;
    copyBytes = HeadBlocks.areAligned(shape) ? 0 : blocks(contextBlocks, widthBlocks);
  }

  private void layOutForward(long start) {
    end = start;
    keysTransposed = take(blocks(contextBlocks, widthBlocks));
    weighed = take(blocks(contextBlocks, widthBlocks));
    scores = take(scoreOffset(queryBlocks));
    probabilities = take(blocks(queryBlocks, contextBlocks));
    results = take((long) queryBlocks * Blocks.SIZE * resultStride);
    layOutRows();
    copies = take(4 * copyBytes);
  }

  private void layOutBackward(long start) {
    end = start;
    keysTransposed = take(blocks(contextBlocks, widthBlocks));
    valuesTransposed = take(blocks(contextBlocks, widthBlocks));
    weighed = take(blocks(contextBlocks, widthBlocks));
    chunkQueries = take(blocks(CHUNK_BLOCKS, widthBlocks));
    chunkGradients = take(blocks(CHUNK_BLOCKS, widthBlocks));
    scores = take(scoreOffset(queryBlocks));
    dprobabilities = take(scoreOffset(queryBlocks));
    probabilities = take(blocks(CHUNK_BLOCKS, contextBlocks));
    dscores = take(blocks(CHUNK_BLOCKS, contextBlocks));
    transposed = take(blocks(CHUNK_BLOCKS, 1));
    results = take((long) queryBlocks * Blocks.SIZE * resultStride);
    dkeySums = take((long) contextBlocks * Blocks.SIZE * resultStride);
    dvalueSums = take((long) contextBlocks * Blocks.SIZE * resultStride);
    layOutRows();
    copies = take(8 * copyBytes);
  }

  private void layOutRows() {
    logSums = take((long) Blocks.SIZE * Float.BYTES);
    factors = take((long) queryBlocks * Blocks.SIZE * Float.BYTES);
    dropoutKeys = take((long) Blocks.SIZE * Long.BYTES);
  }

  private static long blocks(int rows, int columns) {
    return (long) rows * columns * Blocks.BYTES;
  }

  private long take(long bytes) {
    long address = end;
    end += bytes;
    return address;
  }
}
