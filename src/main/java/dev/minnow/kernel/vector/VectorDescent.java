package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.SgdStep;
import dev.minnow.kernel.SgdTensors;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.ElementSlices;
import dev.minnow.kernel.pool.WorkerPool;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Stochastic gradient descent with momentum: one pass over whole slabs, as fast as memory. */
final class VectorDescent {
  private final WorkerPool pool;

  VectorDescent(WorkerPool pool) {
    this.pool = pool;
  }

  /** One update of all parameters and their momentum in place. */
  void sgd(List<SgdTensors> tensors, SgdStep decayed) {
    SgdStep plain = decayed.withoutDecay();
    ElementSlices slices = ElementSlices.of(tensors, SgdTensors::parameters);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          int tensor = slices.tensor(slice);
          SgdTensors t = tensors.get(tensor);
          SgdStep step = t.decays() ? decayed : plain;
          long offset = slices.first(slice, tensor) * Float.BYTES;
          long parameters = t.parameters().address() + offset;
          long gradients = t.gradients().address() + offset;
          long momentum = t.momentum().address() + offset;
          int size = slices.size(slice, tensor);
          int whole = Lanes.wholeVectors(size);
          float rate = step.learningRate() * t.rateFactor();
          update(parameters, gradients, momentum, whole, step, rate);
          for (int i = whole; i < size; i++) {
            long at = (long) i * Float.BYTES;
            updateElement(parameters + at, gradients + at, momentum + at, step, rate);
          }
        });
    tensors.forEach(t -> t.parameters().markWritten());
  }

  private static void update(long parameters, long gradients, long momentum, int count, SgdStep step, float rate) {
    FloatVector kept = FloatVector.broadcast(FLOATS, step.momentum());
    FloatVector weightDecay = FloatVector.broadcast(FLOATS, step.weightDecay());
    FloatVector minusRate = FloatVector.broadcast(FLOATS, -rate);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector parameter = FloatVector.fromMemorySegment(FLOATS, MEMORY, parameters + at, ORDER);
      FloatVector gradient = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradients + at, ORDER).mul(step.gradientScale());
      FloatVector decayed = parameter.fma(weightDecay, gradient);
      FloatVector moved = FloatVector.fromMemorySegment(FLOATS, MEMORY, momentum + at, ORDER).fma(kept, decayed);
      moved = moved.blend(0, moved.abs().compare(VectorOperators.LT, Float.MIN_NORMAL));
      moved.intoMemorySegment(MEMORY, momentum + at, ORDER);
      moved.fma(minusRate, parameter).intoMemorySegment(MEMORY, parameters + at, ORDER);
    }
  }

  /** The same for one element. */
  private static void updateElement(long parameters, long gradients, long momentum, SgdStep step, float rate) {
    float parameter = Lanes.loadFloat(parameters);
    float decayed = Math.fma(parameter, step.weightDecay(), Lanes.loadFloat(gradients) * step.gradientScale());
    float moved = VectorOptimizer.moment(Math.fma(Lanes.loadFloat(momentum), step.momentum(), decayed));
    Lanes.storeFloat(moved, momentum);
    Lanes.storeFloat(Math.fma(moved, -rate, parameter), parameters);
  }
}
