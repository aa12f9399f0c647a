package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.memory.Blocks;

/** Where what belongs to a head of attention lies in a thread's scratch, as bytes from its begin on. */
final class HeadLayout {
  /** Block rows of queries, at most, that gradients of keys and values are summed over before sums go back to memory. */
  static final int CHUNK_BLOCKS = 8;

  /** Block rows of queries whose scores are in floats at a time. */
  final int queryBlocks;

  final int contextBlocks;
  final int widthBlocks;

  /** Bytes from the scores of a query to those of the next. */
  final long scoreStride;

  /** Bytes from a row of results, or of sums, to the next. */
  final long resultStride;

  /** Right form (D, T) of the keys' transpose. */
  final long keysTransposed;

  /** Right form (D, T) of the values' transpose; backward alone. */
  final long valuesTransposed;

  /** Right form (T, D) of what probabilities or score gradients weigh: values in the forward pass, keys in the backward pass. */
  final long weighed;

  /** Right form (chunk, D) of a chunk's queries; backward alone. */
  final long chunkQueries;

  /** Right form (chunk, D) of a chunk's dout; backward alone. */
  final long chunkGradients;

  /** Scores, floats. */
  final long scores;

  /** Gradients of the probabilities, like the scores; backward alone. */
  final long dprobabilities;

  /** Left form (queries, T) of probabilities, a block row after the other. */
  final long probabilities;

  /** Left form (queries, T) of the scores' gradients; backward alone. */
  final long dscores;

  /** Left form (keys, chunk) of a block column of {@link #probabilities} or {@link #dscores}; backward alone. */
  final long transposed;

  /** Outputs, or gradients of queries, floats. */
  final long results;

  /** Sums of the keys' gradients (T, D), floats; backward alone. */
  final long dkeySums;

  /** Sums of the values' gradients (T, D), floats; backward alone. */
  final long dvalueSums;

  /** 32 floats. */
  final long logSums;

  /** 32 keys of dropout masks. */
  final long dropoutKeys;

  private final long factors;
  private final long copies;
  private final long copyBytes;
  private long end;

  private HeadLayout(AttentionShape shape, MatrixUnit unit, boolean backward) {
    queryBlocks = unit.queryBlocks;
    contextBlocks = (int) Blocks.count(shape.context());
    widthBlocks = (int) Blocks.count(shape.headWidth());
    // Not a multiple of 4 KiB: rows at that distance would share few cache lines' places.
    scoreStride = (long) (contextBlocks * Blocks.SIZE + 16) * Float.BYTES;
    resultStride = (long) widthBlocks * Blocks.SIZE * Float.BYTES;
    copyBytes = HeadBlocks.areAligned(shape) ? 0 : blocks(contextBlocks, widthBlocks);
    int chunkBlocks = backward ? CHUNK_BLOCKS : 0;
    int gradientBlocks = backward ? contextBlocks : 0;
    keysTransposed = take(blocks(contextBlocks, widthBlocks));
    valuesTransposed = take(blocks(gradientBlocks, widthBlocks));
    weighed = take(blocks(contextBlocks, widthBlocks));
    chunkQueries = take(blocks(chunkBlocks, widthBlocks));
    chunkGradients = take(blocks(chunkBlocks, widthBlocks));
    scores = take(scoreOffset(queryBlocks));
    dprobabilities = take(backward ? scoreOffset(queryBlocks) : 0);
    probabilities = take(blocks(backward ? CHUNK_BLOCKS : queryBlocks, contextBlocks));
    dscores = take(blocks(chunkBlocks, contextBlocks));
    transposed = take(blocks(chunkBlocks, 1));
    results = take(resultOffset(queryBlocks));
    dkeySums = take(resultOffset(gradientBlocks));
    dvalueSums = take(resultOffset(gradientBlocks));
    logSums = take((long) Blocks.SIZE * Float.BYTES);
    factors = take((long) queryBlocks * Blocks.SIZE * Float.BYTES);
    dropoutKeys = take((long) Blocks.SIZE * Long.BYTES);
    copies = take((backward ? 8 : 4) * copyBytes);
  }

  static HeadLayout forward(AttentionShape shape, MatrixUnit unit) {
    return new HeadLayout(shape, unit, false);
  }

  static HeadLayout backward(AttentionShape shape, MatrixUnit unit) {
    return new HeadLayout(shape, unit, true);
  }

  private static long blocks(int rows, int columns) {
    return (long) rows * columns * Blocks.BYTES;
  }

  private long take(long bytes) {
    long start = end;
    end += bytes;
    return start;
  }

  /** Bytes of all. */
  long bytes() {
    return end;
  }

  /** Where the copy of a matrix goes, by a number of its own. */
  long copy(int number) {
    return copies + number * copyBytes;
  }

  /** Scores of a block row of the scratch. */
  long scoreRow(int rowBlock) {
    return scores + scoreOffset(rowBlock);
  }

  /** Gradients of the probabilities of a block row of the scratch. */
  long dprobabilityRow(int rowBlock) {
    return dprobabilities + scoreOffset(rowBlock);
  }

  private long scoreOffset(int rowBlock) {
    return (long) rowBlock * Blocks.SIZE * scoreStride;
  }

  /** A block row of results. */
  long resultRow(int rowBlock) {
    return results + resultOffset(rowBlock);
  }

  /** Bytes from the first row of results, or of sums, to those of a block row. */
  long resultOffset(int rowBlock) {
    return (long) rowBlock * Blocks.SIZE * resultStride;
  }

  /** A block row of probabilities. */
  long probabilityRow(int rowBlock) {
    return probabilities + rowBlock * rowStep();
  }

  /** A block row of the scores' gradients. */
  long dscoreRow(int rowBlock) {
    return dscores + rowBlock * rowStep();
  }

  /** Bytes from a block row of probabilities, or of their gradients, to the next. */
  long rowStep() {
    return (long) contextBlocks * Blocks.BYTES;
  }

  /** A float for each row of a block row of the scratch: 1 / the sum of exponentials, or dout x out. */
  long factors(int rowBlock) {
    return factors + (long) rowBlock * Blocks.SIZE * Float.BYTES;
  }
}
