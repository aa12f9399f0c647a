package dev.minnow.kernel.weight;

import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;
import java.util.List;

/**
 * The rows of a weight (K, C) as they lie in memory, one after the other, for dot products with rows of floats. A sum is that of one
 * vector of partial sums, whatever stands beside it.
 */
public sealed interface WeightRows permits FloatWeightRows, NarrowRows {
  /** Rows that are multiplied side by side: 8 chains of multiply-adds hide their latency, and one start of the loop serves 8 rows. */
  int GROUP = 8;

  /** Address of the first row. */
  long address();

  /** C. */
  int columns();

  /** Floats of the rows that are multiplied with: C, and zeros. */
  int paddedColumns();

  /** The dot products of {@code values} with {@link #GROUP} rows: one vector of partial sums each, from {@link Workspace#ALIGNED} on. */
  void sumGroup(float[] sums, long values, int row);

  /** {@link #sumGroup} for one row: the same sum, from {@code at} on. */
  void sumOne(float[] sums, int at, long values, int row);

  /** A sum and what its vector of partial sums left out. */
  float complete(float sum, long values, int row);

  /** Bytes of a row; the next one follows it. */
  long rowBytes();

  /**
   * The most rows of floats for which these sums take no longer than a product of panels, which reads the weights once and packs them: the
   * narrower they are, the more of its time goes into widening them. Measured from memory, with two threads, at 3072 x 768.
   */
  int mostSummedRows();

  /** Weights in rows, which are multiplied as they are or, for many rows of in, packed in the course. */
  static WeightSet weights(WorkerPool pool, List<Tensor> matrices, WeightUse use) {
    return switch (use) {
      case TRAINING, FP32 -> new PlainWeights(matrices);
      case BF16, INT8 -> new NarrowWeights(pool, matrices, use);
    };
  }
}
