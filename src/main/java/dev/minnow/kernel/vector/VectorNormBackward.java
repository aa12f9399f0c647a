package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.RowSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The gradients of layer normalisation in one pass over the rows; those of scale and shift, sums over all rows, by {@link PartialSums}.
 */
final class VectorNormBackward {
  private final WorkerPool pool;
  private final PartialSums spare = new PartialSums();

  VectorNormBackward(WorkerPool pool) {
    this.pool = pool;
  }

  /** din (N, C) +=, dscale (C) +=, dshift (C) += from dout (N, C) and what the forward pass kept. */
  void run(
      Tensor din, Tensor dscale, Tensor dshift, Tensor dout, Tensor in, Tensor mean, Tensor reciprocalDeviation, Tensor scale) {
    int c = (int) in.dimension(1);
    long dinAddress = din.address();
    long doutAddress = dout.address();
    long inAddress = in.address();
    long meanAddress = mean.address();
    long deviationAddress = reciprocalDeviation.address();
    long scaleAddress = scale.address();
    RowSlices blocks = PartialSums.blocks((int) in.dimension(0));
    float[] partialSums = spare.take(blocks.count() * 2 * c);
    pool.run(
        blocks.count(),
        (block, workspace) -> {
          int at = block * 2 * c;
          Arrays.fill(partialSums, at, at + 2 * c, 0);
          for (int row = blocks.first(block); row < blocks.end(block); row++) {
            long offset = (long) row * c * Float.BYTES;
            float m = Lanes.loadFloat(meanAddress + (long) row * Float.BYTES);
            float r = Lanes.loadFloat(deviationAddress + (long) row * Float.BYTES);
            backwardRow(
                dinAddress + offset, doutAddress + offset, inAddress + offset, m, r, scaleAddress, c, partialSums, at, workspace.regions);
          }
        });
    PartialSums.add(dscale.address(), partialSums, 0, 2 * c, blocks.count(), c);
    PartialSums.add(dshift.address(), partialSums, c, 2 * c, blocks.count(), c);
    spare.giveBack(partialSums);
  }

  /** din += r (g - mean(g) - x mean(g x)) with the normalised row x and g = dout x scale; adds dout x and dout to the partial sums. */
  private static void backwardRow(
      long din, long dout, long in, float mean, float reciprocalDeviation, long scale, int c, float[] partialSums, int at,
      float[] scratch) {
    FloatVector sums = FloatVector.zero(FLOATS);
    FloatVector products = sums;
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long offset = (long) i * Float.BYTES;
      FloatVector gradient = FloatVector.fromMemorySegment(FLOATS, MEMORY, dout + offset, ORDER);
      FloatVector normalised = FloatVector.fromMemorySegment(FLOATS, MEMORY, in + offset, ORDER).sub(mean).mul(reciprocalDeviation);
      FloatVector scaled = gradient.mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + offset, ORDER));
      sums = sums.add(scaled);
      products = scaled.fma(normalised, products);
      gradient.fma(normalised, FloatVector.fromArray(FLOATS, partialSums, at + i)).intoArray(partialSums, at + i);
      gradient.add(FloatVector.fromArray(FLOATS, partialSums, at + c + i)).intoArray(partialSums, at + c + i);
    }
    sums.intoArray(scratch, Workspace.ALIGNED);
    float sum = Lanes.sum(scratch, Workspace.ALIGNED);
    products.intoArray(scratch, Workspace.ALIGNED);
    float product = Lanes.sum(scratch, Workspace.ALIGNED);
    for (int i = whole; i < c; i++) {
      long offset = (long) i * Float.BYTES;
      float gradient = Lanes.loadFloat(dout + offset);
      float normalised = (Lanes.loadFloat(in + offset) - mean) * reciprocalDeviation;
      float scaled = gradient * Lanes.loadFloat(scale + offset);
      sum += scaled;
      product = Math.fma(scaled, normalised, product);
      partialSums[at + i] = Math.fma(gradient, normalised, partialSums[at + i]);
      partialSums[at + c + i] += gradient;
    }
    addInputGradient(din, dout, in, mean, reciprocalDeviation, scale, c, -sum / c, -product / c);
  }

  private static void addInputGradient(
      long din, long dout, long in, float mean, float reciprocalDeviation, long scale, int c, float minusMean, float minusProduct) {
    FloatVector minusMeans = FloatVector.broadcast(FLOATS, minusMean);
    FloatVector minusProducts = FloatVector.broadcast(FLOATS, minusProduct);
    FloatVector deviations = FloatVector.broadcast(FLOATS, reciprocalDeviation);
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long offset = (long) i * Float.BYTES;
      FloatVector normalised = FloatVector.fromMemorySegment(FLOATS, MEMORY, in + offset, ORDER).sub(mean).mul(deviations);
      FloatVector gradient = FloatVector.fromMemorySegment(FLOATS, MEMORY, dout + offset, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + offset, ORDER), minusMeans);
      normalised.fma(minusProducts, gradient)
          .fma(deviations, FloatVector.fromMemorySegment(FLOATS, MEMORY, din + offset, ORDER))
          .intoMemorySegment(MEMORY, din + offset, ORDER);
    }
    for (int i = whole; i < c; i++) {
      long offset = (long) i * Float.BYTES;
      float normalised = (Lanes.loadFloat(in + offset) - mean) * reciprocalDeviation;
      float gradient = Math.fma(Lanes.loadFloat(dout + offset), Lanes.loadFloat(scale + offset), minusMean);
      gradient = Math.fma(normalised, minusProduct, gradient);
      Lanes.storeFloat(Math.fma(gradient, reciprocalDeviation, Lanes.loadFloat(din + offset)), din + offset);
    }
  }
}
