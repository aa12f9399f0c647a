package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of heads by the root of their mean square, in place, and its gradients, part by part in scratch; that of the scale, a sum
 * over all rows, by {@link PartialSums}. Zeros complete the vectors of a part.
 */
final class VectorHeadNorm {
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
    Rows rows = Rows.of(matrix);
    @Nullable Rows keptRows = kept == null ? null : Rows.of(kept);
    RowSlices slices = RowSlices.of(matrix);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          float[] s = workspace.regions;
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            for (int column = firstHead * d; column < (firstHead + heads) * d; column += d) {
              float squares = 0;
              for (int part = 0; part < d; part += Workspace.REGION_FLOATS) {
                int count = Math.min(Workspace.REGION_FLOATS, d - part);
                load(rows, n, column + part, count, s, X);
                if (keptRows != null) {
                  keptRows.store(n, column + part, count, s, X);
                }
                squares += products(s, X, X, count);
              }
              float r = (float) (1 / Math.sqrt(squares / (double) d + epsilon));
              for (int part = 0; part < d; part += Workspace.REGION_FLOATS) {
                int count = Math.min(Workspace.REGION_FLOATS, d - part);
                if (d > Workspace.REGION_FLOATS) {
                  load(rows, n, column + part, count, s, X);
                }
                loadScale(scale, part, count, s);
                normalise(s, count, r);
                rows.store(n, column + part, count, s, X);
              }
            }
          }
        });
  }

  /** The gradient in the place of dmatrix (N, K), and dscale (D) +=, at what the forward pass kept. */
  void backward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    int d = (int) scale.dimension(0);
    int stride = Lanes.padded(d);
    Rows rows = Rows.of(dmatrix);
    Rows keptRows = Rows.of(kept);
    RowSlices blocks = PartialSums.blocks((int) dmatrix.dimension(0));
    float[] partialSums = spare.take(blocks.count() * stride);
    pool.run(
        blocks.count(),
        (block, workspace) -> {
          float[] s = workspace.regions;
          int sums = block * stride;
          Arrays.fill(partialSums, sums, sums + stride, 0);
          for (int n = blocks.first(block); n < blocks.end(block); n++) {
            for (int column = firstHead * d; column < (firstHead + heads) * d; column += d) {
              float squares = 0;
              float product = 0;
              for (int part = 0; part < d; part += Workspace.REGION_FLOATS) {
                int count = loadAll(keptRows, rows, scale, n, column, part, s);
                squares += products(s, X, X, count);
                product += scaledProducts(s, count);
              }
              float r = (float) (1 / Math.sqrt(squares / (double) d + epsilon));
              float along = r * r * product / d;
              for (int part = 0; part < d; part += Workspace.REGION_FLOATS) {
                int count = Math.min(Workspace.REGION_FLOATS, d - part);
                if (d > Workspace.REGION_FLOATS) {
                  count = loadAll(keptRows, rows, scale, n, column, part, s);
                }
                differentiate(s, count, r, along, partialSums, sums + part);
                rows.store(n, column + part, count, s, GRADIENT);
              }
            }
          }
        });
    PartialSums.add(dscale.address(), partialSums, 0, stride, blocks.count(), d);
    spare.giveBack(partialSums);
  }

  private static int loadAll(Rows kept, Rows gradients, Tensor scale, int n, int column, int part, float[] s) {
    int count = Math.min(Workspace.REGION_FLOATS, (int) scale.dimension(0) - part);
    load(kept, n, column + part, count, s, X);
    load(gradients, n, column + part, count, s, GRADIENT);
    loadScale(scale, part, count, s);
    return count;
  }

  private static void load(Rows rows, int n, int column, int count, float[] s, int at) {
    rows.load(n, column, count, s, at);
    Arrays.fill(s, at + count, at + Lanes.padded(count), 0);
  }

  private static void loadScale(Tensor scale, int part, int count, float[] s) {
    FloatRows.load(scale.address() + (long) part * Float.BYTES, count, s, SCALE);
    Arrays.fill(s, SCALE + count, SCALE + Lanes.padded(count), 0);
  }

  private static float products(float[] s, int a, int b, int count) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      sum = FloatVector.fromArray(FLOATS, s, a + i).fma(FloatVector.fromArray(FLOATS, s, b + i), sum);
    }
    sum.intoArray(s, SUMS);
    return Lanes.sum(s, SUMS);
  }

  /** The sum of gradient x scale x number. */
  private static float scaledProducts(float[] s, int count) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector scaled = FloatVector.fromArray(FLOATS, s, GRADIENT + i).mul(FloatVector.fromArray(FLOATS, s, SCALE + i));
      sum = scaled.fma(FloatVector.fromArray(FLOATS, s, X + i), sum);
    }
    sum.intoArray(s, SUMS);
    return Lanes.sum(s, SUMS);
  }

  private static void normalise(float[] s, int count, float reciprocalRoot) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector scale = FloatVector.fromArray(FLOATS, s, SCALE + i);
      FloatVector.fromArray(FLOATS, s, X + i).mul(reciprocalRoot).mul(scale).intoArray(s, X + i);
    }
  }

  /** The gradient = r (gradient x scale - x along); adds the gradient before, times x r, to the partial sums. */
  private static void differentiate(float[] s, int count, float reciprocalRoot, float along, float[] partialSums, int at) {
    FloatVector minusAlong = FloatVector.broadcast(FLOATS, -along);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, s, GRADIENT + i);
      gradient.fma(x.mul(reciprocalRoot), FloatVector.fromArray(FLOATS, partialSums, at + i)).intoArray(partialSums, at + i);
      FloatVector scaled = gradient.mul(FloatVector.fromArray(FLOATS, s, SCALE + i));
      x.fma(minusAlong, scaled).mul(reciprocalRoot).intoArray(s, GRADIENT + i);
    }
  }
}
