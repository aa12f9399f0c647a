package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.vector.VectorAttention;
import dev.minnow.kernel.vector.VectorResidual;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/**
 * Attention on the matrix unit: one task per sequence and head, of queries forward and of keys and values backward; with a cache by way of
 * floats.
 */
final class BfloatAttention {
  private final WorkerPool pool;
  private final VectorAttention floats;
  private final VectorResidual rows;

  BfloatAttention(WorkerPool pool) {
    this.pool = pool;
    this.floats = new VectorAttention(pool);
    this.rows = new VectorResidual(pool);
  }

  /** out (N, HD) and logSumExp (B, H, T) from queryKeyValue (N, (H+2G)D). */
  void forward(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    BfloatAttentionForward forward = new BfloatAttentionForward(out, logSumExp, queryKeyValue, shape, dropout, pool.unit());
    int count = shape.headCount();
    pool.run(
        Math.multiplyExact(shape.batch(), count),
        (task, workspace) -> forward.run(task / count, task % count, workspace.kept(BfloatHead.class, BfloatHead::new), workspace));
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
    BfloatAttentionBackward backward =
        new BfloatAttentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout, pool.unit());
    int count = shape.keyValueHeadCount();
    pool.run(
        Math.multiplyExact(shape.batch(), count),
        (task, workspace) -> backward.run(task / count, task % count, workspace.kept(BfloatHead.class, BfloatHead::new), workspace));
  }

  /** Appends keys and values of queryKeyValue (n, (H+2G)D) to keys and values (G, T, D), floats; then out (n, HD). */
  void withCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    long outBytes = floatBytes(out);
    pool.scratch()
        .lend(
            outBytes + floatBytes(queryKeyValue),
            address -> {
              Tensor floatOut = floatTensor(address, out);
              Tensor floatIn = floatTensor(address + outBytes, queryKeyValue);
              rows.copy(floatIn, queryKeyValue);
              floats.withCache(floatOut, keys, values, floatIn, position);
              rows.copy(out, floatOut);
            });
  }

  private static long floatBytes(Tensor like) {
    return Tensor.elementCount(like.shape()) * Float.BYTES;
  }

  private static Tensor floatTensor(long address, Tensor like) {
    long bytes = floatBytes(like);
    return Tensor.of(Lanes.MEMORY.asSlice(address, bytes), ElementType.F32, like.shape());
  }
}
