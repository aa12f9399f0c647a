package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import java.lang.foreign.MemorySegment;

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

  /** Appends keys and values of queryKeyValue (n, 3C) to keys (H, T, D) and values (H, T, D); then out (n, C). */
  void withCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    int n = (int) out.dimension(0);
    int heads = (int) keys.dimension(0);
    AttentionShape shape = new AttentionShape(1, n, heads, (int) keys.dimension(2));
    HeadRows queries = HeadRows.of(queryKeyValue.address(), 0, 3, shape);
    HeadRows newKeys = HeadRows.of(queryKeyValue.address(), 1, 3, shape);
    HeadRows newValues = HeadRows.of(queryKeyValue.address(), 2, 3, shape);
    HeadRows keyRows = HeadRows.ofCache(keys);
    HeadRows valueRows = HeadRows.ofCache(values);
    HeadRows outRows = HeadRows.of(out.address(), 0, 1, shape);
    WorkerPool.Slice attend =
        n < SMALLEST_BLOCK
            ? (head, workspace) -> decode(queries, keyRows, valueRows, outRows, n, position, head, workspace)
            : inBlocks(new AttentionForward(queries, keyRows, valueRows, outRows, n, position, Dropout.NONE));
    pool.run(heads, (head, workspace) -> {
      append(keyRows, newKeys, head, n, position);
      append(valueRows, newValues, head, n, position);
      attend.run(head, workspace);
    });
  }

  private static WorkerPool.Slice inBlocks(AttentionForward forward) {
    return (head, workspace) -> forward.run(0, head, 0, 0, workspace);
  }

  /** One query of a head after the other. */
  private static void decode(
      HeadRows queries, HeadRows keys, HeadRows values, HeadRows out, int n, int position, int head, Workspace workspace) {
    for (int row = 0; row < n; row++) {
      AttentionDecode.run(
          queries.at(0, head, row),
          keys.at(0, head, 0),
          values.at(0, head, 0),
          out.at(0, head, row),
          position + row + 1,
          keys.headWidth(),
          workspace);
    }
  }

  private static void append(HeadRows cache, HeadRows added, int head, int count, int position) {
    long bytes = cache.rowBytes();
    for (int row = 0; row < count; row++) {
      MemorySegment.copy(Lanes.MEMORY, added.at(0, head, row), Lanes.MEMORY, cache.at(0, head, position + row), bytes);
    }
  }
}
