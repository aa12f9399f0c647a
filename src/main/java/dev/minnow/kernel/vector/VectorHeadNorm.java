package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.contract.NormContract;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.FloatRows;
import dev.minnow.kernel.row.Rows;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of heads by the root of their mean square, in place, and its gradients, as many heads of a row at a time as fit the
 * scratch; that of the scale, a sum over all rows, by {@link PartialSums}. Loops over a head end where it does, whatever its width.
 */
final class VectorHeadNorm {
  /** What is in scratch at a time: of the widest head that there may be, one. */
  private static final int ROOM = NormContract.LARGEST_HEAD_WIDTH;

  private static final int X = Workspace.region(0);
  private static final int GRADIENT = Workspace.region(1);
  private static final int SCALE = Workspace.region(2);
  private static final int SUMS = Workspace.region(3);

  private final WorkerPool pool;
  private final PartialSums spare = new PartialSums();

  VectorHeadNorm(WorkerPool pool) {
    this.pool = pool;
  }

  /** Heads of matrix (N, K) from {@code firstHead} on, with scale (D); kept (N, K') gets what they were. */
  void forward(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    int d = (int) scale.dimension(0);
    int most = ROOM / d;
    Rows rows = Rows.of(matrix);
    @Nullable Rows keptRows = kept == null ? null : Rows.of(kept);
    RowSlices slices = RowSlices.of(matrix);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          float[] s = workspace.regions;
          FloatRows.load(scale.address(), d, s, SCALE);
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            for (int head = firstHead; head < firstHead + heads; head += most) {
              int count = Math.min(most, firstHead + heads - head) * d;
              rows.load(n, head * d, count, s, X);
              if (keptRows != null) {
                keptRows.store(n, head * d, count, s, X);
              }
              for (int at = X; at < X + count; at += d) {
                normalise(s, at, d, reciprocalRoot(s, at, d, epsilon));
              }
              rows.store(n, head * d, count, s, X);
            }
          }
        });
  }

  /** The gradient in the place of dmatrix (N, K), and dscale (D) +=, at what the forward pass kept. */
  void backward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    int d = (int) scale.dimension(0);
    int most = ROOM / d;
    Rows rows = Rows.of(dmatrix);
    Rows keptRows = Rows.of(kept);
    RowSlices blocks = PartialSums.blocks((int) dmatrix.dimension(0));
    float[] partialSums = spare.take(blocks.count() * d);
    pool.run(
        blocks.count(),
        (block, workspace) -> {
          float[] s = workspace.regions;
          FloatRows.load(scale.address(), d, s, SCALE);
          Arrays.fill(partialSums, block * d, (block + 1) * d, 0);
          for (int n = blocks.first(block); n < blocks.end(block); n++) {
            for (int head = firstHead; head < firstHead + heads; head += most) {
              int count = Math.min(most, firstHead + heads - head) * d;
              keptRows.load(n, head * d, count, s, X);
              rows.load(n, head * d, count, s, GRADIENT);
              for (int at = 0; at < count; at += d) {
                float r = reciprocalRoot(s, X + at, d, epsilon);
                // The square of r alone may be no float.
                differentiate(s, at, d, r, r * (r * scaledProducts(s, at, d) / d), partialSums, block * d);
              }
              rows.store(n, head * d, count, s, GRADIENT);
            }
          }
        });
    PartialSums.add(dscale.address(), partialSums, 0, d, blocks.count(), d);
    spare.giveBack(partialSums);
  }

  private static float reciprocalRoot(float[] s, int at, int d, float epsilon) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int whole = Lanes.wholeVectors(d);
    for (int i = at; i < at + whole; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, i);
      sums = x.fma(x, sums);
    }
    sums.intoArray(s, SUMS);
    float sum = Lanes.sum(s, SUMS);
    for (int i = at + whole; i < at + d; i++) {
      sum = Math.fma(s[i], s[i], sum);
    }
    return (float) (1 / Math.sqrt((Float.isFinite(sum) ? sum : wideSquares(s, at, d)) / d + epsilon));
  }

  /** The sum of squares that floats cannot hold. */
  private static double wideSquares(float[] s, int at, int d) {
    double sum = 0;
    for (int i = at; i < at + d; i++) {
      sum += (double) s[i] * s[i];
    }
    return sum;
  }

  /** The sum of gradient x scale x number. */
  private static float scaledProducts(float[] s, int at, int d) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int whole = Lanes.wholeVectors(d);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector scaled = FloatVector.fromArray(FLOATS, s, GRADIENT + at + i).mul(FloatVector.fromArray(FLOATS, s, SCALE + i));
      sums = scaled.fma(FloatVector.fromArray(FLOATS, s, X + at + i), sums);
    }
    sums.intoArray(s, SUMS);
    float sum = Lanes.sum(s, SUMS);
    for (int i = whole; i < d; i++) {
      sum = Math.fma(s[GRADIENT + at + i] * s[SCALE + i], s[X + at + i], sum);
    }
    return sum;
  }

  private static void normalise(float[] s, int at, int d, float reciprocalRoot) {
    int whole = Lanes.wholeVectors(d);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector scale = FloatVector.fromArray(FLOATS, s, SCALE + i);
      FloatVector.fromArray(FLOATS, s, at + i).mul(reciprocalRoot).mul(scale).intoArray(s, at + i);
    }
    for (int i = whole; i < d; i++) {
      s[at + i] = s[at + i] * reciprocalRoot * s[SCALE + i];
    }
  }

  /** The gradient = r (gradient x scale - x along); adds the gradient before, times x r, to the partial sums. */
  private static void differentiate(
      float[] s, int at, int d, float reciprocalRoot, float along, float[] partialSums, int sums) {
    FloatVector minusAlong = FloatVector.broadcast(FLOATS, -along);
    int whole = Lanes.wholeVectors(d);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + at + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, s, GRADIENT + at + i);
      gradient.fma(x.mul(reciprocalRoot), FloatVector.fromArray(FLOATS, partialSums, sums + i)).intoArray(partialSums, sums + i);
      FloatVector scaled = gradient.mul(FloatVector.fromArray(FLOATS, s, SCALE + i));
      x.fma(minusAlong, scaled).mul(reciprocalRoot).intoArray(s, GRADIENT + at + i);
    }
    for (int i = whole; i < d; i++) {
      float x = s[X + at + i];
      float gradient = s[GRADIENT + at + i];
      partialSums[sums + i] = Math.fma(gradient, x * reciprocalRoot, partialSums[sums + i]);
      s[GRADIENT + at + i] = Math.fma(x, -along, gradient * s[SCALE + i]) * reciprocalRoot;
    }
  }
}
