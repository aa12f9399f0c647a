package dev.minnow.kernel.vector;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.attention.AttentionBackward;
import dev.minnow.kernel.attention.AttentionDecode;
import dev.minnow.kernel.attention.AttentionForward;
import dev.minnow.kernel.attention.HeadRows;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Attention over whole sequences and with a key/value cache: one task per sequence and head, of queries forward and of keys and values
 * backward.
 */
public final class VectorAttention {
  /** With fewer new positions than this, blocks of queries would be mostly empty, and each query goes by itself. */
  private static final int SMALLEST_BLOCK = 8;

  private final WorkerPool pool;

  public VectorAttention(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, HD) and logSumExp (B, H, T) from queryKeyValue (N, (H+2G)D). */
  void forward(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    long address = queryKeyValue.address();
    AttentionForward forward =
        new AttentionForward(
            HeadRows.ofQueries(address, shape),
            HeadRows.ofKeys(address, shape),
            HeadRows.ofValues(address, shape),
            HeadRows.ofResults(out.address(), shape),
            shape,
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

  /** dqueryKeyValue (N, (H+2G)D) from dout (N, HD) and the forward pass's results. */
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
    int heads = shape.keyValueHeadCount();
    pool.run(
        Math.multiplyExact(shape.batch(), heads),
        (task, workspace) -> backward.run(task / heads, task % heads, logSumExpAddress, workspace));
  }

  /** Appends keys and values of queryKeyValue (n, (H+2G)D) to keys (G, T, D) and values (G, T, D); then out (n, HD). */
  public void withCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    int n = (int) out.dimension(0);
    int headWidth = (int) keys.dimension(2);
    int heads = (int) out.dimension(1) / headWidth;
    AttentionShape shape = new AttentionShape(1, n, heads, (int) keys.dimension(0), headWidth);
    int group = shape.groupSize();
    HeadRows queries = HeadRows.ofQueries(queryKeyValue.address(), shape);
    HeadRows newKeys = HeadRows.ofKeys(queryKeyValue.address(), shape);
    HeadRows newValues = HeadRows.ofValues(queryKeyValue.address(), shape);
    HeadRows keyRows = HeadRows.ofCache(keys);
    HeadRows valueRows = HeadRows.ofCache(values);
    HeadRows outRows = HeadRows.ofResults(out.address(), shape);
    WorkerPool.Slice append =
        (head, workspace) -> {
          append(keyRows, newKeys, head, n, position);
          append(valueRows, newValues, head, n, position);
        };
    WorkerPool.Slice attend =
        n < SMALLEST_BLOCK
            ? (head, workspace) -> decode(queries, keyRows, valueRows, outRows, group, n, position, head, workspace)
            : inBlocks(new AttentionForward(queries, keyRows, valueRows, outRows, shape, position, Dropout.NONE));
    if (group == 1) {
      pool.run(heads, (head, workspace) -> {
        append.run(head, workspace);
        attend.run(head, workspace);
      });
    } else {
      pool.run(shape.keyValueHeadCount(), append);
      pool.run(heads, attend);
    }
  }

  private static WorkerPool.Slice inBlocks(AttentionForward forward) {
    return (head, workspace) -> forward.run(0, head, 0, 0, workspace);
  }

  /** One query of a head after the other. */
  private static void decode(
      HeadRows queries, HeadRows keys, HeadRows values, HeadRows out, int group, int n, int position, int head, Workspace workspace) {
    for (int row = 0; row < n; row++) {
      AttentionDecode.run(
          queries.at(0, head, row),
          keys.at(0, head / group, 0),
          values.at(0, head / group, 0),
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
