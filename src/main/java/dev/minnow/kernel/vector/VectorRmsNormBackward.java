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

/** The gradients of {@link VectorRmsNorm} in one pass over the rows; that of the scale, a sum over all rows, by {@link PartialSums}. */
final class VectorRmsNormBackward {
  private final WorkerPool pool;
  private final PartialSums spare = new PartialSums();

  VectorRmsNormBackward(WorkerPool pool) {
    this.pool = pool;
  }

  /** din (N, C) += and dscale (C) += from dout (N, C) and what the forward pass kept. */
  void run(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    int c = (int) in.dimension(1);
    long dinAddress = din.address();
    long doutAddress = dout.address();
    long inAddress = in.address();
    long rootAddress = reciprocalRoot.address();
    long scaleAddress = scale.address();
    RowSlices blocks = PartialSums.blocks((int) in.dimension(0));
    float[] partialSums = spare.take(blocks.count() * c);
    pool.run(
        blocks.count(),
        (block, workspace) -> {
          int at = block * c;
          Arrays.fill(partialSums, at, at + c, 0);
          for (int row = blocks.first(block); row < blocks.end(block); row++) {
            long offset = (long) row * c * Float.BYTES;
            float r = Lanes.loadFloat(rootAddress + (long) row * Float.BYTES);
            backwardRow(
                dinAddress + offset, doutAddress + offset, inAddress + offset, r, scaleAddress, c, partialSums, at, workspace.regions);
          }
        });
    PartialSums.add(dscale.address(), partialSums, 0, c, blocks.count(), c);
    spare.giveBack(partialSums);
  }

  /** din += r (g - x mean(g x)) with the normalised row x and g = dout x scale; adds dout x to the partial sums. */
  private static void backwardRow(
      long din, long dout, long in, float reciprocalRoot, long scale, int c, float[] partialSums, int at, float[] scratch) {
    FloatVector products = FloatVector.zero(FLOATS);
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long offset = (long) i * Float.BYTES;
      FloatVector gradient = FloatVector.fromMemorySegment(FLOATS, MEMORY, dout + offset, ORDER);
      FloatVector normalised = FloatVector.fromMemorySegment(FLOATS, MEMORY, in + offset, ORDER).mul(reciprocalRoot);
      FloatVector scaled = gradient.mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + offset, ORDER));
      products = scaled.fma(normalised, products);
      gradient.fma(normalised, FloatVector.fromArray(FLOATS, partialSums, at + i)).intoArray(partialSums, at + i);
    }
    products.intoArray(scratch, Workspace.ALIGNED);
    float product = Lanes.sum(scratch, Workspace.ALIGNED);
    for (int i = whole; i < c; i++) {
      long offset = (long) i * Float.BYTES;
      float gradient = Lanes.loadFloat(dout + offset);
      float normalised = Lanes.loadFloat(in + offset) * reciprocalRoot;
      product = Math.fma(gradient * Lanes.loadFloat(scale + offset), normalised, product);
      partialSums[at + i] = Math.fma(gradient, normalised, partialSums[at + i]);
    }
    addInputGradient(din, dout, in, reciprocalRoot, scale, c, -product / c);
  }

  private static void addInputGradient(
      long din, long dout, long in, float reciprocalRoot, long scale, int c, float minusProduct) {
    FloatVector minusProducts = FloatVector.broadcast(FLOATS, minusProduct);
    FloatVector roots = FloatVector.broadcast(FLOATS, reciprocalRoot);
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long offset = (long) i * Float.BYTES;
      FloatVector normalised = FloatVector.fromMemorySegment(FLOATS, MEMORY, in + offset, ORDER).mul(roots);
      FloatVector gradient =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, dout + offset, ORDER)
              .mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + offset, ORDER));
      normalised.fma(minusProducts, gradient)
          .fma(roots, FloatVector.fromMemorySegment(FLOATS, MEMORY, din + offset, ORDER))
          .intoMemorySegment(MEMORY, din + offset, ORDER);
    }
    for (int i = whole; i < c; i++) {
      long offset = (long) i * Float.BYTES;
      float normalised = Lanes.loadFloat(in + offset) * reciprocalRoot;
      float gradient = Lanes.loadFloat(dout + offset) * Lanes.loadFloat(scale + offset);
      gradient = Math.fma(normalised, minusProduct, gradient);
      Lanes.storeFloat(Math.fma(gradient, reciprocalRoot, Lanes.loadFloat(din + offset)), din + offset);
    }
  }
}
