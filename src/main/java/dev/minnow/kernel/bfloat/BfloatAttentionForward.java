package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.block.MatrixUnit;
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
  private final HeadLayout layout;
  private final BfloatSoftmax softmax;

  BfloatAttentionForward(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout, MatrixUnit unit) {
    this.queryKeyValue = queryKeyValue;
    this.out = out;
    this.logSumExp = logSumExp;
    this.outRows = Rows.toWrite(out);
    this.shape = shape;
    this.layout = HeadLayout.forward(shape, unit);
    this.softmax = new BfloatSoftmax(shape, dropout, layout);
  }

  /** All queries of one head. */
  void run(int sequence, int head, BfloatHead at, Workspace workspace) {
    CodeScratch tiles = workspace.code();
    at.begin(layout, tiles);
    int keyValueHead = head / shape.groupSize();
    at.queries.point(queryKeyValue, shape, sequence, shape.queryColumn(head), at.base + layout.copy(0), workspace.regions);
    at.keys.point(queryKeyValue, shape, sequence, shape.keyColumn(keyValueHead), at.base + layout.copy(1), workspace.regions);
    at.values.point(queryKeyValue, shape, sequence, shape.valueColumn(keyValueHead), at.base + layout.copy(2), workspace.regions);
    at.out.pointToWrite(out, shape, sequence, shape.queryColumn(head), at.base + layout.copy(3));
    at.keys.transposeTo(at.base + layout.keysTransposed, layout.contextBlocks, layout.widthBlocks, tiles);
    at.values.interleaveTo(at.base + layout.weighed, 0, layout.contextBlocks, layout.widthBlocks, tiles);
    for (int block = 0; block < layout.contextBlocks; block += layout.queryBlocks) {
      outputs(at, sequence, head, block, Math.min(layout.queryBlocks, layout.contextBlocks - block), tiles);
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
            .right(at.base + layout.keysTransposed, (long) layout.widthBlocks * Blocks.BYTES, keyBlocks)
            .depth(layout.widthBlocks)
            .floats(at.base + layout.scores, layout.scoreStride));
    for (int i = 0; i < blocks; i++) {
      long row = softmax.firstRow(sequence, head, block + i);
      softmax.exponentials(at.base, row, block + i, i, keyBlocks, tiles);
      long bytes = (long) softmax.rows(block + i) * Float.BYTES;
      MemorySegment.copy(Lanes.MEMORY, at.base + layout.logSums, Lanes.MEMORY, logSumExp.address() + row * Float.BYTES, bytes);
    }
    Bfloats.set(
        tiles
            .left(at.base + layout.probabilities, layout.rowStep(), blocks)
            .right(at.base + layout.weighed, layout.rowStep(), layout.widthBlocks)
            .depth(keyBlocks)
            .floats(at.base + layout.results, layout.resultStride));
    for (int i = 0; i < blocks; i++) {
      int rows = softmax.rows(block + i);
      Bfloats.scaleRows(
          tiles.rowsTimesEach(at.out.row(block + i), at.base + layout.resultRow(i), layout.resultStride, rows, layout.widthBlocks,
              at.base + layout.factors(i)));
    }
  }
}
