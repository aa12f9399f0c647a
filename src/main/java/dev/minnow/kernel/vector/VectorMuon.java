package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.MuonTensors;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.ElementSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.Tensor;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Muon's updates: matrix products, and passes over the elements between them. */
final class VectorMuon {
  private final WorkerPool pool;
  private final VectorOptimizer sums;
  private final MuonProducts products;

  /** {@code sums}: adds up squares on the same pool. */
  VectorMuon(WorkerPool pool, VectorOptimizer sums, MuonProducts products) {
    this.pool = pool;
    this.sums = sums;
    this.products = products;
  }

  /** One update of all matrices and their momentum in place. */
  void muon(List<MuonTensors> tensors, MuonStep step) {
    for (MuonTensors t : tensors) {
      nesterov(t, step);
      double norm = Math.sqrt(sums.sumOfSquares(List.of(t.update())));
      combine(t.update(), (float) (1 / (norm + MuonStep.NORM_EPSILON)), t.update(), 0);
      Tensor orthogonal = orthogonal(t);
      double rate = (double) step.learningRate() * t.rateFactor();
      float kept = (float) (1 - rate * step.weightDecay());
      combine(
          t.parameters(), kept, orthogonal, (float) -MuonStep.updateScale(rate, orthogonal.dimension(0), orthogonal.dimension(1)));
      t.parameters().markWritten();
    }
  }

  /** Newton and Schulz's iterations from {@code update} to it or {@code product}, whichever is returned. */
  private Tensor orthogonal(MuonTensors t) {
    Tensor x = t.update();
    Tensor next = t.product();
    for (int i = 0; i < MuonStep.ITERATIONS; i++) {
      iterate(t, x, next);
      Tensor last = x;
      x = next;
      next = last;
    }
    return x;
  }

  /** next = A x + (B gram + C gram gram) x, where gram is x xᵀ; of a tall x, the same of its transpose. */
  private void iterate(MuonTensors t, Tensor x, Tensor next) {
    products.gram(t.gram(), x);
    products.square(t.square(), t.gram());
    combine(t.square(), MuonStep.C, t.gram(), MuonStep.B);
    products.apply(next, t.square(), x);
    combine(next, 1, x, MuonStep.A);
  }

  /** Moves the momentum, and makes the update of it. */
  private void nesterov(MuonTensors t, MuonStep step) {
    ElementSlices slices = ElementSlices.of(List.of(t), MuonTensors::parameters);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          long offset = slices.first(slice, 0) * Float.BYTES;
          long gradients = t.gradients().address() + offset;
          long momentum = t.momentum().address() + offset;
          long update = t.update().address() + offset;
          int size = slices.size(slice, 0);
          int whole = Lanes.wholeVectors(size);
          nesterov(gradients, momentum, update, whole, step);
          for (int i = whole; i < size; i++) {
            long at = (long) i * Float.BYTES;
            nesterovElement(gradients + at, momentum + at, update + at, step);
          }
        });
  }

  private static void nesterov(long gradients, long momentum, long update, int count, MuonStep step) {
    FloatVector kept = FloatVector.broadcast(FLOATS, step.momentum());
    FloatVector rest = FloatVector.broadcast(FLOATS, 1 - step.momentum());
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector gradient = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradients + at, ORDER).mul(step.gradientScale());
      FloatVector before = FloatVector.fromMemorySegment(FLOATS, MEMORY, momentum + at, ORDER);
      FloatVector after = gradient.sub(before).fma(rest, before);
      after = after.blend(0, after.abs().compare(VectorOperators.LT, Float.MIN_NORMAL));
      after.intoMemorySegment(MEMORY, momentum + at, ORDER);
      after.sub(gradient).fma(kept, gradient).intoMemorySegment(MEMORY, update + at, ORDER);
    }
  }

  /** The same for one element. */
  private static void nesterovElement(long gradients, long momentum, long update, MuonStep step) {
    float gradient = Lanes.loadFloat(gradients) * step.gradientScale();
    float before = Lanes.loadFloat(momentum);
    float after = VectorOptimizer.moment(Math.fma(gradient - before, 1 - step.momentum(), before));
    Lanes.storeFloat(after, momentum);
    Lanes.storeFloat(Math.fma(after - gradient, step.momentum(), gradient), update);
  }

  /** out = outFactor x out + inFactor x in, all finite; {@code in} may be out. */
  private void combine(Tensor out, float outFactor, Tensor in, float inFactor) {
    ElementSlices slices = ElementSlices.of(List.of(out), tensor -> tensor);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          long offset = slices.first(slice, 0) * Float.BYTES;
          long to = out.address() + offset;
          long from = in.address() + offset;
          int size = slices.size(slice, 0);
          int whole = Lanes.wholeVectors(size);
          combine(to, outFactor, from, inFactor, whole);
          for (int i = whole; i < size; i++) {
            long at = (long) i * Float.BYTES;
            Lanes.storeFloat(Math.fma(Lanes.loadFloat(from + at), inFactor, Lanes.loadFloat(to + at) * outFactor), to + at);
          }
        });
  }

  private static void combine(long to, float toFactor, long from, float fromFactor, int count) {
    FloatVector factor = FloatVector.broadcast(FLOATS, fromFactor);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector kept = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + at, ORDER).mul(toFactor);
      FloatVector.fromMemorySegment(FLOATS, MEMORY, from + at, ORDER).fma(factor, kept).intoMemorySegment(MEMORY, to + at, ORDER);
    }
  }
}
