package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.FloatRows;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/** Softmax cross-entropy and its gradient, a row of logits at a time, which stays in the L2 cache between its two passes. */
final class VectorLoss {
  private static final int BLOCK = Workspace.region(0);
  private static final int LANES = Workspace.region(1);

  /** The largest logit of a row, and after it the log of its sum of exponentials less that one: their sum would lose digits. */
  private static final int MAX = Workspace.region(2);
  private static final int LOG_SUM = MAX + 1;

  private final WorkerPool pool;

  VectorLoss(WorkerPool pool) {
    this.pool = pool;
  }

  /** losses (N) from logits (N, V) and targets (N). */
  void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    FloatRows rows = FloatRows.of(logits);
    RowSlices slices = RowSlices.of(logits);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            loss(losses, logits, targets, rows, n, workspace.regions);
          }
        });
  }

  /** The same, and dlogits (N, V) = gradientScale x (softmax - (1 - smoothing) x one-hot - smoothing / V). */
  void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    FloatRows rows = FloatRows.of(logits);
    FloatRows gradients = FloatRows.of(dlogits);
    RowSlices slices = RowSlices.of((int) logits.dimension(0), (int) logits.dimension(1));
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            loss(losses, logits, targets, rows, n, workspace.regions);
            gradient(gradients, rows, n, (int) logits.dimension(1), Lanes.loadInt(targets.address(), n), gradientScale, smoothing,
                workspace.regions);
          }
        });
  }

  /** Stores the loss of a row, and in the scratch what its gradient needs. */
  private static void loss(Tensor losses, Tensor logits, Tensor targets, FloatRows rows, int n, float[] s) {
    int v = (int) logits.dimension(1);
    float max = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = 0; i < v; i += Workspace.REGION_FLOATS) {
      int count = Math.min(Workspace.REGION_FLOATS, v - i);
      rows.load(n, i, count, s, BLOCK);
      float before = max;
      max = Math.max(max, max(s, count));
      if (max == Float.NEGATIVE_INFINITY) {
        continue;
      }
      if (i > 0 && max != before) {
        sum *= StrictMath.exp((double) before - max);
      }
      // Sums of a block in float, of blocks in double: errors of a long float sum would show in the loss at large vocabularies.
      sum += Exponentials.replaceAndSum(s, BLOCK, count, max, s, LANES);
    }
    double logSum = StrictMath.log(sum);
    float targetLogit = Lanes.loadFloat(logits.address() + ((long) n * v + Lanes.loadInt(targets.address(), n)) * Float.BYTES);
    Lanes.storeFloat((float) (max + logSum - targetLogit), losses.address() + (long) n * Float.BYTES);
    s[MAX] = max;
    s[LOG_SUM] = (float) logSum;
  }

  /** The largest of the block, NaN if one is. */
  private static float max(float[] s, int count) {
    int whole = Lanes.wholeVectors(count);
    FloatVector maxima = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      maxima = maxima.max(FloatVector.fromArray(FLOATS, s, BLOCK + i));
    }
    maxima.intoArray(s, LANES);
    float max = s[LANES];
    for (int lane = 1; lane < Lanes.COUNT; lane++) {
      max = Math.max(max, s[LANES + lane]);
    }
    for (int i = whole; i < count; i++) {
      max = Math.max(max, s[BLOCK + i]);
    }
    return max;
  }

  private static void gradient(
      FloatRows gradients, FloatRows rows, int n, int v, int target, float gradientScale, float smoothing, float[] s) {
    float uniform = gradientScale * smoothing / v;
    for (int i = 0; i < v; i += Workspace.REGION_FLOATS) {
      int count = Math.min(Workspace.REGION_FLOATS, v - i);
      rows.load(n, i, count, s, BLOCK);
      subtract(s, count, s[MAX]);
      subtract(s, count, s[LOG_SUM]);
      Exponentials.replace(s, BLOCK, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
      multiply(s, count, gradientScale);
      if (smoothing > 0) {
        subtract(s, count, uniform);
      }
      if (target >= i && target < i + count) {
        s[BLOCK + target - i] -= gradientScale * (1 - smoothing);
      }
      gradients.store(n, i, count, s, BLOCK);
    }
  }

  private static void subtract(float[] s, int count, float subtrahend) {
    for (int i = BLOCK; i < BLOCK + count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, i).sub(subtrahend).intoArray(s, i);
    }
  }

  private static void multiply(float[] s, int count, float factor) {
    for (int i = BLOCK; i < BLOCK + count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, i).mul(factor).intoArray(s, i);
    }
  }
}
