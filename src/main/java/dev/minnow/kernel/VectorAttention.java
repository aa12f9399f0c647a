package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/** Attention over whole sequences and with a key/value cache: one task per sequence and head. */
final class VectorAttention {
  /** With fewer new positions than this, blocks of queries would be mostly empty, and each query goes by itself. */
  private static final int SMALLEST_BLOCK = 8;

  private final WorkerPool pool;

  VectorAttention(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, C) and logSumExp (B, H, T) from queryKeyValue (N, 3C). */
  void forward(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    long address = queryKeyValue.address();
    AttentionForward forward =
        new AttentionForward(
            HeadRows.of(address, 0, 3, shape),
            HeadRows.of(address, 1, 3, shape),
            HeadRows.of(address, 2, 3, shape),
            HeadRows.of(out.address(), 0, 1, shape),
            shape.context(),
            0,
            dropout);
    long logSumExpAddress = logSumExp.address();
    int heads = shape.headCount();
    pool.run(
        Math.multiplyExact(shape.batch(), heads),
        (task, workspace) -> {
          long row = (long) task * shape.context();
          forward.run(task / heads, task % heads, row, logSumExpAddress + row * Float.BYTES, workspace);
        });
  }

  /** dqueryKeyValue (N, 3C) from dout (N, C) and the forward pass's results. */
  void backward(
      Tensor dqueryKeyValue,
      Tensor dout,
      Tensor out,
      Tensor logSumExp,
      Tensor queryKeyValue,
      AttentionShape shape,
      Dropout dropout) {
    AttentionBackward backward =
        new AttentionBackward(queryKeyValue.address(), dqueryKeyValue.address(), out.address(), dout.address(), shape, dropout);
    long logSumExpAddress = logSumExp.address();
    int heads = shape.headCount();
    pool.run(
        Math.multiplyExact(shape.batch(), heads),
        (task, workspace) -> {
          long row = (long) task * shape.context();
          backward.run(task / heads, task % heads, row, logSumExpAddress + row * Float.BYTES, workspace);
        });
  }

  /** Appends keys and values of queryKeyValue (n, 3C) to keys (T, C) and values (T, C); then out (n, C). */
  void withCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int heads) {
    int n = (int) out.dimension(0);
    int c = (int) out.dimension(1);
    int headWidth = c / heads;
    long rowBytes = (long) c * Float.BYTES;
    HeadRows queries = new HeadRows(queryKeyValue.address(), 3 * rowBytes, 0, headWidth);
    for (int row = 0; row < n; row++) {
      long offset = (position + row) * rowBytes;
      long key = queries.at(0, 0, row) + rowBytes;
      Lanes.MEMORY.asSlice(keys.address() + offset, rowBytes).copyFrom(Lanes.MEMORY.asSlice(key, rowBytes));
      Lanes.MEMORY.asSlice(values.address() + offset, rowBytes).copyFrom(Lanes.MEMORY.asSlice(key + rowBytes, rowBytes));
    }
    HeadRows keyRows = new HeadRows(keys.address(), rowBytes, 0, headWidth);
    HeadRows valueRows = new HeadRows(values.address(), rowBytes, 0, headWidth);
    HeadRows outRows = new HeadRows(out.address(), rowBytes, 0, headWidth);
    if (n < SMALLEST_BLOCK) {
      pool.run(
          n * heads,
          (task, workspace) -> {
            int head = task % heads;
            int row = task / heads;
            AttentionDecode.run(
                queries.at(0, head, row),
                keyRows.at(0, head, 0),
                valueRows.at(0, head, 0),
                outRows.at(0, head, row),
                position + row + 1,
                rowBytes,
                headWidth,
                workspace);
          });
    } else {
      AttentionForward forward = new AttentionForward(queries, keyRows, valueRows, outRows, n, position, Dropout.NONE);
      pool.run(heads, (head, workspace) -> forward.run(0, head, 0, 0, workspace));
    }
  }
}
