package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * The gradient of attention, one head of keys and values at a time on the matrix unit. Probabilities are computed anew from the scores, for
 * some queries against all keys that they see; gradients of keys and values are summed over chunks of more queries, and over the heads
 * that read them.
 */
final class BfloatAttentionBackward {
  private final Tensor queryKeyValue;
  private final Tensor out;
  private final Tensor dout;
  private final Tensor logSumExp;
  private final Tensor dqueryKeyValue;
  private final Rows dqueryKeyValueRows;
  private final AttentionShape shape;
  private final Dropout dropout;
  private final HeadLayout layout;
  private final BfloatSoftmax softmax;

  BfloatAttentionBackward(
      Tensor dqueryKeyValue, Tensor dout, Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout,
      MatrixUnit unit) {
    this.queryKeyValue = queryKeyValue;
    this.out = out;
    this.dout = dout;
    this.logSumExp = logSumExp;
    this.dqueryKeyValue = dqueryKeyValue;
    this.dqueryKeyValueRows = Rows.toWrite(dqueryKeyValue);
    this.shape = shape;
    this.dropout = dropout;
    this.layout = HeadLayout.backward(shape, unit);
    this.softmax = new BfloatSoftmax(shape, dropout, layout);
  }

  /** One head of keys and values, and the queries that read it, head after head. */
  void run(int sequence, int keyValueHead, BfloatHead at, Workspace workspace) {
    CodeScratch tiles = workspace.code();
    float[] regions = workspace.regions;
    at.begin(layout, tiles);
    at.keys.point(queryKeyValue, shape, sequence, shape.keyColumn(keyValueHead), at.base + layout.copy(0), regions);
    at.values.point(queryKeyValue, shape, sequence, shape.valueColumn(keyValueHead), at.base + layout.copy(1), regions);
    at.dkeys.pointToWrite(dqueryKeyValue, shape, sequence, shape.keyColumn(keyValueHead), at.base + layout.copy(2));
    at.dvalues.pointToWrite(dqueryKeyValue, shape, sequence, shape.valueColumn(keyValueHead), at.base + layout.copy(3));
    at.keys.transposeTo(at.base + layout.keysTransposed, layout.contextBlocks, layout.widthBlocks, tiles);
    at.values.transposeTo(at.base + layout.valuesTransposed, layout.contextBlocks, layout.widthBlocks, tiles);
    at.keys.interleaveTo(at.base + layout.weighed, 0, layout.contextBlocks, layout.widthBlocks, tiles);
    int firstHead = keyValueHead * shape.groupSize();
    for (int head = firstHead; head < firstHead + shape.groupSize(); head++) {
      addHead(at, sequence, head, head == firstHead, regions, tiles);
    }
    for (int block = 0; block < layout.contextBlocks; block++) {
      long offset = layout.resultOffset(block);
      int rows = softmax.rows(block);
      Bfloats.scaleRows(
          tiles.rowsTimes(at.dkeys.row(block), at.base + layout.dkeySums + offset, layout.resultStride, rows, layout.widthBlocks,
              shape.scale()));
      Bfloats.scaleRows(
          tiles.rowsTimes(at.dvalues.row(block), at.base + layout.dvalueSums + offset, layout.resultStride, rows, layout.widthBlocks,
              dropout.scale()));
    }
    at.dkeys.copyBack(dqueryKeyValueRows, shape, sequence, shape.keyColumn(keyValueHead), regions);
    at.dvalues.copyBack(dqueryKeyValueRows, shape, sequence, shape.valueColumn(keyValueHead), regions);
    tiles.checkGuards();
  }

  /** The gradients of one head's queries, and what they add to those of keys and values, or set where they are the first. */
  private void addHead(BfloatHead at, int sequence, int head, boolean sets, float[] regions, CodeScratch tiles) {
    int column = shape.queryColumn(head);
    at.queries.point(queryKeyValue, shape, sequence, column, at.base + layout.copy(4), regions);
    at.out.point(out, shape, sequence, column, at.base + layout.copy(5), regions);
    at.dout.point(dout, shape, sequence, column, at.base + layout.copy(6), regions);
    at.dqueries.pointToWrite(dqueryKeyValue, shape, sequence, column, at.base + layout.copy(7));
    for (int chunk = 0; chunk < layout.contextBlocks; chunk += HeadLayout.CHUNK_BLOCKS) {
      int end = Math.min(chunk + HeadLayout.CHUNK_BLOCKS, layout.contextBlocks);
      for (int block = chunk; block < end; block += layout.queryBlocks) {
        queryGradients(at, sequence, head, block, Math.min(layout.queryBlocks, end - block), block - chunk, tiles);
      }
      addKeyGradients(at, chunk, end, sets, tiles);
    }
    at.dqueries.copyBack(dqueryKeyValueRows, shape, sequence, column, regions);
  }

  /** Gradients of some block rows of queries; probabilities and gradients of scores stay for {@link #addKeyGradients}. */
  private void queryGradients(BfloatHead at, int sequence, int head, int block, int blocks, int inChunk, CodeScratch tiles) {
    int keyBlocks = block + blocks;
    long keyStep = (long) layout.widthBlocks * Blocks.BYTES;
    tiles.depth(layout.widthBlocks).left(at.queries.row(block), at.queries.rowStep(), blocks);
    Bfloats.set(tiles.right(at.base + layout.keysTransposed, keyStep, keyBlocks).floats(at.base + layout.scores, layout.scoreStride));
    tiles.depth(layout.widthBlocks).left(at.dout.row(block), at.dout.rowStep(), blocks);
    Bfloats.set(
        tiles.right(at.base + layout.valuesTransposed, keyStep, keyBlocks).floats(at.base + layout.dprobabilities, layout.scoreStride));
    for (int i = 0; i < blocks; i++) {
      long row = softmax.firstRow(sequence, head, block + i);
      int rows = softmax.rows(block + i);
      Bfloats.multiplyRows(
          tiles.rowPair(at.out.row(block + i), at.dout.row(block + i), rows, layout.widthBlocks, at.base + layout.factors(i)));
      softmax.gradients(at.base, row, logSumExp.address() + row * Float.BYTES, block + i, i, inChunk + i, keyBlocks, tiles);
    }
    Bfloats.set(
        tiles
            .left(at.base + layout.dscoreRow(inChunk), layout.rowStep(), blocks)
            .right(at.base + layout.weighed, layout.rowStep(), layout.widthBlocks)
            .depth(keyBlocks)
            .floats(at.base + layout.results, layout.resultStride));
    for (int i = 0; i < blocks; i++) {
      int rows = softmax.rows(block + i);
      Bfloats.scaleRows(
          tiles.rowsTimes(at.dqueries.row(block + i), at.base + layout.resultRow(i), layout.resultStride, rows, layout.widthBlocks,
              shape.scale()));
    }
  }

  /** dvalues += probabilitiesᵀ x dout and dkeys += dscoresᵀ x queries, of a chunk's queries and all keys that they see. */
  private void addKeyGradients(BfloatHead at, int chunk, int end, boolean firstHead, CodeScratch tiles) {
    int blocks = end - chunk;
    at.queries.interleaveTo(at.base + layout.chunkQueries, chunk, blocks, layout.widthBlocks, tiles);
    at.dout.interleaveTo(at.base + layout.chunkGradients, chunk, blocks, layout.widthBlocks, tiles);
    for (int key = 0; key < end; key++) {
      int first = Math.max(0, key - chunk);
      add(at, at.base + layout.dvalueSums, at.base + layout.probabilities, at.base + layout.chunkGradients, key, first, blocks,
          firstHead && key >= chunk, tiles);
      add(at, at.base + layout.dkeySums, at.base + layout.dscores, at.base + layout.chunkQueries, key, first, blocks,
          firstHead && key >= chunk, tiles);
    }
  }

  /** Adds one block of keys' gradients, or sets them where this chunk of the first head is the first that sees these keys. */
  private void add(
      BfloatHead at, long sums, long weights, long right, int key, int first, int blocks, boolean sets, CodeScratch tiles) {
    int depth = blocks - first;
    tiles.put(BlockProgram.Argument.SUMS, tiles.sums());
    tiles.put(BlockProgram.Argument.SUMS_STEP, 0);
    Bfloats.transpose(
        tiles.blocks(weights + first * layout.rowStep() + (long) key * Blocks.BYTES, layout.rowStep(), at.base + layout.transposed,
            Blocks.BYTES, depth));
    tiles
        .left(at.base + layout.transposed, (long) depth * Blocks.BYTES, 1)
        .right(right + (long) first * Blocks.BYTES, (long) blocks * Blocks.BYTES, layout.widthBlocks)
        .depth(depth)
        .floats(sums + layout.resultOffset(key), layout.resultStride);
    if (sets) {
      Bfloats.set(tiles);
    } else {
      Bfloats.add(tiles);
    }
  }
}
