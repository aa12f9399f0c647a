package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/** Attention of one head at a time on the matrix unit: some queries against all keys that they see, whose scores stay in cache. */
final class AmxAttentionForward {
  private final Tensor queryKeyValue;
  private final Tensor logSumExp;
  private final Rows out;
  private final AttentionShape shape;
  private final Dropout dropout;

  AmxAttentionForward(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    this.queryKeyValue = queryKeyValue;
    this.logSumExp = logSumExp;
    this.out = Rows.toWrite(out);
    this.shape = shape;
    this.dropout = dropout;
  }

  /** All queries of one head. */
  void run(int sequence, int head, Workspace workspace) {
    TileScratch tiles = workspace.tiles();
    AmxHead at = tiles.head();
    at.beginForward(queryKeyValue, shape, sequence, head, workspace);
    at.keys.transposeTo(at.keysTransposed, at.contextBlocks, at.widthBlocks, tiles);
    at.values.interleaveTo(at.weighed, 0, at.contextBlocks, at.widthBlocks, tiles);
    for (int block = 0; block < at.contextBlocks; block += AmxHead.ROW_BLOCKS) {
      int blocks = Math.min(AmxHead.ROW_BLOCKS, at.contextBlocks - block);
      int keyBlocks = block + blocks;
      Tiles.set(
          tiles
              .left(at.queries.row(block), at.queries.rowStep(), blocks)
              .right(at.keysTransposed, (long) at.widthBlocks * Blocks.BYTES, keyBlocks)
              .depth(at.widthBlocks)
              .floats(at.scores, at.scoreStride));
      int first = block * Blocks.SIZE;
      int count = Math.min(blocks * Blocks.SIZE, shape.context() - first);
      exponentials(at, sequence, head, first, count, keyBlocks, workspace);
      Tiles.set(
          tiles
              .left(at.probabilities, (long) at.contextBlocks * Blocks.BYTES, blocks)
              .right(at.weighed, (long) at.contextBlocks * Blocks.BYTES, at.widthBlocks)
              .depth(keyBlocks)
              .floats(at.results, at.resultStride));
      for (int i = 0; i < count; i++) {
        int row = sequence * shape.context() + first + i;
        AmxSoftmax.store(at.results + i * at.resultStride, workspace.tile[i], out, row, head * shape.headWidth(), shape.headWidth(),
            workspace);
      }
    }
    tiles.checkGuards();
  }

  /** From scores to exponentials in blocks, for {@code count} queries; the tile becomes what their outputs are to be multiplied by. */
  private void exponentials(AmxHead at, int sequence, int head, int first, int count, int keyBlocks, Workspace workspace) {
    int columns = at.contextBlocks * Blocks.SIZE;
    long headRow = ((long) sequence * shape.headCount() + head) * shape.context();
    for (int i = 0; i < count; i++) {
      long row = headRow + first + i;
      AmxSoftmax.exponentials(
          at.probabilities + Blocks.offsetBytes(i, 0, columns),
          at.scores + i * at.scoreStride,
          first + i + 1,
          keyBlocks * Blocks.SIZE,
          shape.scale(),
          dropout,
          row,
          workspace);
      float sum = AmxSoftmax.sum(workspace.regions);
      workspace.tile[i] = 1 / sum;
      float log = (float) (AmxSoftmax.maximum(workspace.regions) + StrictMath.log(sum));
      Lanes.storeFloat(log, logSumExp.address() + row * Float.BYTES);
    }
    BlockRows.clearPadding(at.probabilities, count, columns, 0, keyBlocks);
  }
}
