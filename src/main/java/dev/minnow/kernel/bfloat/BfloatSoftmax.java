package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.row.BlockRows;
import dev.minnow.memory.Blocks;

/** The softmax of one attention and its gradient, a block row of one head's queries at a time, as {@link SoftmaxProgram} computes them. */
final class BfloatSoftmax {
  private final AttentionShape shape;
  private final Dropout dropout;
  private final HeadLayout layout;

  BfloatSoftmax(AttentionShape shape, Dropout dropout, HeadLayout layout) {
    this.shape = shape;
    this.dropout = dropout;
    this.layout = layout;
  }

  /** Queries of a block row, of the 32 that it has room for. */
  int rows(int block) {
    return Math.min(Blocks.SIZE, shape.context() - block * Blocks.SIZE);
  }

  /** Row of a block's first query in logSumExp, and of its dropout mask. */
  long firstRow(int sequence, int head, int block) {
    return ((long) sequence * shape.headCount() + head) * shape.context() + (long) block * Blocks.SIZE;
  }

  /**
   * Exponentials of a block row's scores in the head's probabilities, its log sums, and factors of its outputs.
   *
   * @param base of the head's scratch
   * @param firstRow its {@link #firstRow}
   * @param inScratch which block row of the scratch it is
   * @param keyBlocks that its probabilities have
   */
  void exponentials(long base, long firstRow, int block, int inScratch, int keyBlocks, CodeScratch scratch) {
    putRow(base, firstRow, block, inScratch, inScratch, keyBlocks, scratch);
    scratch.put(SoftmaxProgram.Argument.LOG_SUMS, base + layout.logSums);
    scratch.put(SoftmaxProgram.Argument.OUTPUT_FACTORS, base + layout.factors(inScratch));
    if (dropout.isNone()) {
      Bfloats.exponentials(scratch);
    } else {
      Bfloats.exponentialsWithDropout(scratch);
    }
    BlockRows.clearPadding(base + layout.probabilityRow(inScratch), rows(block), layout.contextBlocks * Blocks.SIZE, 0, keyBlocks);
  }

  /**
   * A block row's probabilities and gradients of scores.
   *
   * @param logSums address of its logs of sums
   * @param inScratch which block row of the scratch its scores are
   * @param inChunk which block row of the chunk it is
   */
  void gradients(
      long base, long firstRow, long logSums, int block, int inScratch, int inChunk, int keyBlocks, CodeScratch scratch) {
    putRow(base, firstRow, block, inScratch, inChunk, keyBlocks, scratch);
    scratch.put(SoftmaxProgram.Argument.LOG_SUMS, logSums);
    scratch.put(SoftmaxProgram.Argument.DPROBABILITIES, base + layout.dprobabilityRow(inScratch));
    scratch.put(SoftmaxProgram.Argument.WEIGHTED_SUMS, base + layout.factors(inScratch));
    scratch.put(SoftmaxProgram.Argument.DSCORES, base + layout.dscoreRow(inChunk));
    if (dropout.isNone()) {
      Bfloats.scoreGradients(scratch);
    } else {
      Bfloats.scoreGradientsWithDropout(scratch);
    }
    int columns = layout.contextBlocks * Blocks.SIZE;
    BlockRows.clearPadding(base + layout.probabilityRow(inChunk), rows(block), columns, 0, keyBlocks);
    BlockRows.clearPadding(base + layout.dscoreRow(inChunk), rows(block), columns, 0, keyBlocks);
  }

  private void putRow(long base, long firstRow, int block, int inScratch, int inChunk, int keyBlocks, CodeScratch scratch) {
    int rows = rows(block);
    scratch.put(SoftmaxProgram.Argument.ROWS, rows);
    scratch.put(SoftmaxProgram.Argument.SCORES, base + layout.scoreRow(inScratch));
    scratch.put(SoftmaxProgram.Argument.SCORE_STRIDE, layout.scoreStride);
    scratch.put(SoftmaxProgram.Argument.SCALE, shape.scale() * Exponentials.LOG2_E);
    scratch.put(SoftmaxProgram.Argument.WHOLE_BLOCKS, block);
    scratch.put(SoftmaxProgram.Argument.ZERO_BLOCKS, keyBlocks - block - 1);
    scratch.put(SoftmaxProgram.Argument.PROBABILITIES, base + layout.probabilityRow(inChunk));
    scratch.put(SoftmaxProgram.Argument.DROPOUT_SCALE, dropout.scale());
    if (!dropout.isNone()) {
      for (int i = 0; i < rows; i++) {
        Lanes.MEMORY.set(Lanes.LONG, base + layout.dropoutKeys + (long) i * Long.BYTES, dropout.rowKey(firstRow + i));
      }
      scratch.put(SoftmaxProgram.Argument.DROPOUT_KEYS, base + layout.dropoutKeys);
      scratch.put(SoftmaxProgram.Argument.DROPOUT_THRESHOLD, dropout.threshold());
    }
  }
}
