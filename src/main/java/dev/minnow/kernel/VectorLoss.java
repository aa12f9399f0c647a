package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax cross-entropy and its gradient, a row of logits at a time. */
final class VectorLoss {
  /**
   * Terms that are summed in float before they join the double sum of a row: errors of a long float sum would show in the loss at large
   * vocabularies.
   */
  private static final int BLOCK_ELEMENTS = 2048;

  private final WorkerPool pool;

  VectorLoss(WorkerPool pool) {
    this.pool = pool;
  }

  /** losses (N) from logits (N, V) and targets (N); then logits = gradientScale x (softmax - one-hot), unless that is 0. */
  void crossEntropy(Tensor losses, Tensor logits, Tensor targets, float gradientScale) {
    int v = (int) logits.dimension(1);
    long lossesAddress = losses.address();
    long logitsAddress = logits.address();
    long targetsAddress = targets.address();
    RowSlices slices = RowSlices.of((int) logits.dimension(0), v);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            int target = Lanes.MEMORY.get(Lanes.INT, targetsAddress + (long) n * Integer.BYTES);
            float loss = row(logitsAddress + (long) n * v * Float.BYTES, v, target, gradientScale);
            Lanes.storeFloat(loss, lossesAddress + (long) n * Float.BYTES);
          }
        });
  }

  private static float row(long logits, int v, int target, float gradientScale) {
    long targetAddress = logits + (long) target * Float.BYTES;
    float max = max(logits, v);
    float aboveTarget = max - Lanes.loadFloat(targetAddress);
    double sum = 0;
    for (int i = 0; i < v; i += BLOCK_ELEMENTS) {
      int count = Math.min(BLOCK_ELEMENTS, v - i);
      long block = logits + (long) i * Float.BYTES;
      sum += gradientScale == 0 ? sumOfExponentials(block, count, max) : replaceByExponentials(block, count, max);
    }
    if (gradientScale != 0) {
      multiply(logits, v, (float) (gradientScale / sum));
      Lanes.storeFloat(Lanes.loadFloat(targetAddress) - gradientScale, targetAddress);
    }
    return (float) (StrictMath.log(sum) + aboveTarget);
  }

  /** The largest element; NaN elements are passed over here, the sum of exponentials shows them. */
  private static float max(long row, int count) {
    int whole = Lanes.wholeVectors(count);
    float max = Float.NEGATIVE_INFINITY;
    if (whole > 0) {
      FloatVector maxima = FloatVector.broadcast(Lanes.FLOATS, max);
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        FloatVector x = Lanes.load(row + (long) i * Float.BYTES);
        maxima = maxima.blend(x, x.compare(VectorOperators.GT, maxima));
      }
      max = maxima.reduceLanes(VectorOperators.MAX);
    }
    for (int i = whole; i < count; i++) {
      float x = Lanes.loadFloat(row + (long) i * Float.BYTES);
      max = x > max ? x : max;
    }
    return max;
  }

  private static float sumOfExponentials(long block, int count, float max) {
    FloatVector sums = FloatVector.zero(Lanes.FLOATS);
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sums = sums.add(VectorMath.exp(Lanes.load(block + (long) i * Float.BYTES).sub(max)));
    }
    float sum = Lanes.sum(sums);
    for (int i = whole; i < count; i++) {
      sum += VectorMath.exp(Lanes.loadFloat(block + (long) i * Float.BYTES) - max);
    }
    return sum;
  }

  private static float replaceByExponentials(long block, int count, float max) {
    FloatVector sums = FloatVector.zero(Lanes.FLOATS);
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = block + (long) i * Float.BYTES;
      FloatVector exponential = VectorMath.exp(Lanes.load(at).sub(max));
      sums = sums.add(exponential);
      Lanes.store(exponential, at);
    }
    float sum = Lanes.sum(sums);
    for (int i = whole; i < count; i++) {
      long at = block + (long) i * Float.BYTES;
      float exponential = VectorMath.exp(Lanes.loadFloat(at) - max);
      sum += exponential;
      Lanes.storeFloat(exponential, at);
    }
    return sum;
  }

  private static void multiply(long row, int count, float factor) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = row + (long) i * Float.BYTES;
      Lanes.store(Lanes.load(at).mul(factor), at);
    }
    for (int i = whole; i < count; i++) {
      long at = row + (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(at) * factor, at);
    }
  }
}
