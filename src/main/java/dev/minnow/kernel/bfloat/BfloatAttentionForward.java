package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;
import java.lang.foreign.MemorySegment;

/** Attention of one head at a time on the matrix unit: some queries against all keys that they see, whose scores stay in cache. */
final class BfloatAttentionForward {
  private final Tensor queryKeyValue;
  private final Tensor out;
  private final Tensor logSumExp;
  private final Rows outRows;
  private final AttentionShape shape;
  private final BfloatSoftmax softmax;

  BfloatAttentionForward(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    this.queryKeyValue = queryKeyValue;
    this.out = out;
    this.logSumExp = logSumExp;
    this.outRows = Rows.toWrite(out);
    this.shape = shape;
    this.softmax = new BfloatSoftmax(shape, dropout);
  }

  /** All queries of one head, laid out anew in {@code at}. */
  void run(int sequence, int head, BfloatHead at, Workspace workspace) {
    CodeScratch tiles = workspace.code();
    at.beginForward(shape, tiles);
    int keyValueHead = head / shape.groupSize();
    at.queries.point(queryKeyValue, shape, sequence, shape.queryColumn(head), at.copy(0), workspace.regions);
    at.keys.point(queryKeyValue, shape, sequence, shape.keyColumn(keyValueHead), at.copy(1), workspace.regions);
    at.values.point(queryKeyValue, shape, sequence, shape.valueColumn(keyValueHead), at.copy(2), workspace.regions);
    at.out.pointToWrite(out, shape, sequence, shape.queryColumn(head), at.copy(3));
    at.keys.transposeTo(at.keysTransposed, at.contextBlocks, at.widthBlocks, tiles);
    at.values.interleaveTo(at.weighed, 0, at.contextBlocks, at.widthBlocks, tiles);
    for (int block = 0; block < at.contextBlocks; block += at.queryBlocks) {
      outputs(at, sequence, head, block, Math.min(at.queryBlocks, at.contextBlocks - block), tiles);
    }
    at.out.copyBack(outRows, shape, sequence, shape.queryColumn(head), workspace.regions);
    tiles.checkGuards();
  }

  /** Those of some block rows of queries. */
  private void outputs(BfloatHead at, int sequence, int head, int block, int blocks, CodeScratch tiles) {
    int keyBlocks = block + blocks;
    Bfloats.set(
        tiles
            .left(at.queries.row(block), at.queries.rowStep(), blocks)
            .right(at.keysTransposed, (long) at.widthBlocks * Blocks.BYTES, keyBlocks)
            .depth(at.widthBlocks)
            .floats(at.scores, at.scoreStride));
    for (int i = 0; i < blocks; i++) {
      long row = softmax.firstRow(sequence, head, block + i);
      softmax.exponentials(at, row, block + i, i, keyBlocks, tiles);
      long bytes = (long) softmax.rows(block + i) * Float.BYTES;
      MemorySegment.copy(Lanes.MEMORY, at.logSums, Lanes.MEMORY, logSumExp.address() + row * Float.BYTES, bytes);
    }
    Bfloats.set(
        tiles
            .left(at.probabilities, at.rowStep(), blocks)
            .right(at.weighed, at.rowStep(), at.widthBlocks)
            .depth(keyBlocks)
            .floats(at.results, at.resultStride));
    for (int i = 0; i < blocks; i++) {
      int rows = softmax.rows(block + i);
      Bfloats.scaleRows(
          tiles.rowsTimesEach(at.out.row(block + i), at.resultRow(i), at.resultStride, rows, at.widthBlocks, at.factors(i)));
    }
  }
}
