package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * The gradient of attention, one head at a time on the matrix unit. Probabilities are computed anew from the scores, for some queries
 * against all keys that they see; gradients of keys and values are summed over chunks of more queries.
 */
final class AmxAttentionBackward {
  private final Tensor queryKeyValue;
  private final Tensor dout;
  private final Tensor logSumExp;
  private final Rows dqueryKeyValue;
  private final Rows outRows;
  private final Rows doutRows;
  private final AttentionShape shape;
  private final Dropout dropout;

  AmxAttentionBackward(
      Tensor dqueryKeyValue, Tensor dout, Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    this.queryKeyValue = queryKeyValue;
    this.dout = dout;
    this.logSumExp = logSumExp;
    this.dqueryKeyValue = Rows.toWrite(dqueryKeyValue);
    this.outRows = Rows.of(out);
    this.doutRows = Rows.of(dout);
    this.shape = shape;
    this.dropout = dropout;
  }

  /** All queries, keys and values of one head. */
  void run(int sequence, int head, Workspace workspace) {
    TileScratch tiles = workspace.tiles();
    AmxHead at = tiles.head();
    at.beginBackward(queryKeyValue, dout, shape, sequence, head, workspace);
    at.keys.transposeTo(at.keysTransposed, at.contextBlocks, at.widthBlocks, tiles);
    at.values.transposeTo(at.valuesTransposed, at.contextBlocks, at.widthBlocks, tiles);
    at.keys.interleaveTo(at.weighed, 0, at.contextBlocks, at.widthBlocks, tiles);
    for (int chunk = 0; chunk < at.contextBlocks; chunk += AmxHead.CHUNK_BLOCKS) {
      int end = Math.min(chunk + AmxHead.CHUNK_BLOCKS, at.contextBlocks);
      for (int block = chunk; block < end; block += AmxHead.ROW_BLOCKS) {
        queryGradients(at, sequence, head, block, Math.min(AmxHead.ROW_BLOCKS, end - block), block - chunk, workspace);
      }
      addKeyGradients(at, chunk, end, tiles);
    }
    int column = shape.width() + head * shape.headWidth();
    for (int i = 0; i < shape.context(); i++) {
      int row = sequence * shape.context() + i;
      long offset = i * at.resultStride;
      AmxSoftmax.store(at.dkeys + offset, shape.scale(), dqueryKeyValue, row, column, shape.headWidth(), workspace);
      AmxSoftmax.store(at.dvalues + offset, 1, dqueryKeyValue, row, column + shape.width(), shape.headWidth(), workspace);
    }
    tiles.checkGuards();
  }

  /** Gradients of some block rows of queries; probabilities and gradients of scores stay for {@link #addKeyGradients}. */
  private void queryGradients(AmxHead at, int sequence, int head, int block, int blocks, int blockInChunk, Workspace workspace) {
    TileScratch tiles = workspace.tiles();
    int keyBlocks = block + blocks;
    long rowStep = (long) at.contextBlocks * Blocks.BYTES;
    tiles.depth(at.widthBlocks).left(at.queries.row(block), at.queries.rowStep(), blocks);
    Tiles.set(tiles.right(at.keysTransposed, (long) at.widthBlocks * Blocks.BYTES, keyBlocks).floats(at.scores, at.scoreStride));
    tiles.left(at.gradients.row(block), at.gradients.rowStep(), blocks);
    Tiles.set(tiles.right(at.valuesTransposed, (long) at.widthBlocks * Blocks.BYTES, keyBlocks).floats(at.dprobabilities, at.scoreStride));
    int first = block * Blocks.SIZE;
    int count = Math.min(blocks * Blocks.SIZE, shape.context() - first);
    scoreGradients(at, sequence, head, first, count, keyBlocks, blockInChunk * rowStep, workspace);
    Tiles.set(
        tiles
            .left(at.dscores + blockInChunk * rowStep, rowStep, blocks)
            .right(at.weighed, rowStep, at.widthBlocks)
            .depth(keyBlocks)
            .floats(at.results, at.resultStride));
    for (int i = 0; i < count; i++) {
      int row = sequence * shape.context() + first + i;
      AmxSoftmax.store(
          at.results + i * at.resultStride, shape.scale(), dqueryKeyValue, row, head * shape.headWidth(), shape.headWidth(), workspace);
    }
  }

  private void scoreGradients(
      AmxHead at, int sequence, int head, int first, int count, int keyBlocks, long offset, Workspace workspace) {
    int columns = at.contextBlocks * Blocks.SIZE;
    int headColumn = head * shape.headWidth();
    long headRow = ((long) sequence * shape.headCount() + head) * shape.context();
    for (int i = 0; i < count; i++) {
      long row = headRow + first + i;
      long target = offset + Blocks.offsetBytes(i, 0, columns);
      AmxSoftmax.gradients(
          at.probabilities + target,
          at.dscores + target,
          at.scores + i * at.scoreStride,
          at.dprobabilities + i * at.scoreStride,
          first + i + 1,
          keyBlocks * Blocks.SIZE,
          shape.scale(),
          Lanes.loadFloat(logSumExp.address() + row * Float.BYTES),
          AmxSoftmax.product(outRows, doutRows, sequence * shape.context() + first + i, headColumn, shape.headWidth(), workspace),
          dropout,
          row,
          workspace);
    }
    BlockRows.clearPadding(at.probabilities + offset, count, columns, 0, keyBlocks);
    BlockRows.clearPadding(at.dscores + offset, count, columns, 0, keyBlocks);
  }

  /** dvalues += probabilitiesᵀ x dout and dkeys += dscoresᵀ x queries, of a chunk's queries and all keys that they see. */
  private void addKeyGradients(AmxHead at, int chunk, int end, TileScratch tiles) {
    int blocks = end - chunk;
    at.queries.interleaveTo(at.chunkQueries, chunk, blocks, at.widthBlocks, tiles);
    at.gradients.interleaveTo(at.chunkGradients, chunk, blocks, at.widthBlocks, tiles);
    for (int key = 0; key < end; key++) {
      int first = Math.max(0, key - chunk);
      add(at, at.dvalues, at.probabilities, at.chunkGradients, key, first, blocks, key >= chunk, tiles);
      add(at, at.dkeys, at.dscores, at.chunkQueries, key, first, blocks, key >= chunk, tiles);
    }
  }

  /** Adds one block of keys' gradients, or sets them where this chunk is the first that sees these keys. */
  private static void add(
      AmxHead at, long out, long weights, long right, int key, int first, int blocks, boolean sets, TileScratch tiles) {
    int depth = blocks - first;
    long rowStep = (long) at.contextBlocks * Blocks.BYTES;
    tiles.put(BlockProgram.Argument.SUMS, tiles.sums());
    Tiles.transpose(tiles.blocks(weights + first * rowStep + (long) key * Blocks.BYTES, rowStep, at.transposed, Blocks.BYTES, depth));
    tiles
        .left(at.transposed, (long) depth * Blocks.BYTES, 1)
        .right(right + (long) first * Blocks.BYTES, (long) blocks * Blocks.BYTES, at.widthBlocks)
        .depth(depth)
        .floats(out + (long) key * Blocks.SIZE * at.resultStride, at.resultStride);
    if (sets) {
      Tiles.set(tiles);
    } else {
      Tiles.add(tiles);
    }
  }
}
