package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/** What one thread holds of the head whose attention it computes on the matrix unit: addresses in its scratch, reused from head to head. */
final class AmxHead {
  /** Block rows of queries whose scores are in floats at a time: 64 queries, for which each block of keys is loaded once. */
  static final int ROW_BLOCKS = 2;

  /** Block rows of queries, at most, that gradients of keys and values are summed over before sums go back to memory. */
  static final int CHUNK_BLOCKS = 8;

  final HeadBlocks queries = new HeadBlocks();
  final HeadBlocks keys = new HeadBlocks();
  final HeadBlocks values = new HeadBlocks();

  /** dout (T, D). */
  final HeadBlocks gradients = new HeadBlocks();

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

  /** Gradients of the keys (T, D), floats. */
  long dkeys;

  /** Gradients of the values (T, D), floats. */
  long dvalues;

  long scoreStride;
  long resultStride;
  int contextBlocks;
  int widthBlocks;
  private long copies;
  private long copyBytes;
  private long end;

  /** Finds room for the forward pass of a head, and points to it. */
  void beginForward(Tensor queryKeyValue, AttentionShape shape, int sequence, int head, Workspace workspace) {
    measure(shape);
    layOutForward(0);
    layOutForward(workspace.tiles().large(end));
    point(queryKeyValue, shape, sequence, head, workspace);
  }

  /** Finds room for the backward pass of a head, and points to it. */
  void beginBackward(Tensor queryKeyValue, Tensor dout, AttentionShape shape, int sequence, int head, Workspace workspace) {
    measure(shape);
    layOutBackward(0);
    layOutBackward(workspace.tiles().large(end));
    point(queryKeyValue, shape, sequence, head, workspace);
    gradients.point(dout, shape, sequence, head, 0, copies + 3 * copyBytes, workspace.regions);
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
    scores = take(ROW_BLOCKS * Blocks.SIZE * scoreStride);
    probabilities = take(blocks(ROW_BLOCKS, contextBlocks));
    results = take(ROW_BLOCKS * Blocks.SIZE * resultStride);
    copies = take(3 * copyBytes);
  }

  private void layOutBackward(long start) {
    end = start;
    keysTransposed = take(blocks(contextBlocks, widthBlocks));
    valuesTransposed = take(blocks(contextBlocks, widthBlocks));
    weighed = take(blocks(contextBlocks, widthBlocks));
    chunkQueries = take(blocks(CHUNK_BLOCKS, widthBlocks));
    chunkGradients = take(blocks(CHUNK_BLOCKS, widthBlocks));
    scores = take(ROW_BLOCKS * Blocks.SIZE * scoreStride);
    dprobabilities = take(ROW_BLOCKS * Blocks.SIZE * scoreStride);
    probabilities = take(blocks(CHUNK_BLOCKS, contextBlocks));
    dscores = take(blocks(CHUNK_BLOCKS, contextBlocks));
    transposed = take(blocks(CHUNK_BLOCKS, 1));
    results = take(ROW_BLOCKS * Blocks.SIZE * resultStride);
    dkeys = take(contextBlocks * Blocks.SIZE * resultStride);
    dvalues = take(contextBlocks * Blocks.SIZE * resultStride);
    copies = take(4 * copyBytes);
  }

  private static long blocks(int rows, int columns) {
    return (long) rows * columns * Blocks.BYTES;
  }

  private long take(long bytes) {
    long address = end;
    end += bytes;
    return address;
  }

  private void point(Tensor queryKeyValue, AttentionShape shape, int sequence, int head, Workspace workspace) {
    queries.point(queryKeyValue, shape, sequence, head, 0, copies, workspace.regions);
    keys.point(queryKeyValue, shape, sequence, head, 1, copies + copyBytes, workspace.regions);
    values.point(queryKeyValue, shape, sequence, head, 2, copies + 2 * copyBytes, workspace.regions);
  }
}
