package dev.minnow.kernel.vector;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.ElementSlices;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.Tensor;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** AdamW, and the norm that gradients are clipped by: single passes over whole slabs, as fast as memory. */
final class VectorOptimizer {
  /** Slices of {@link #sumOfSquares}: enough for many threads; a slice's partial sum is one double. */
  private static final int SUM_SLICES = 256;

  private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, FLOATS.vectorShape());

  /** As many floats as {@link #DOUBLES} has lanes. */
  private static final VectorSpecies<Float> HALF_FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  private final WorkerPool pool;

  VectorOptimizer(WorkerPool pool) {
    this.pool = pool;
  }

  /** One update of all parameters and their moments in place. */
  void adamW(List<AdamWTensors> tensors, AdamWStep decayed) {
    AdamWStep plain = decayed.withoutDecay();
    ElementSlices slices = ElementSlices.of(tensors, AdamWTensors::parameters);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          int tensor = slices.tensor(slice);
          AdamWTensors t = tensors.get(tensor);
          AdamWStep step = t.decays() ? decayed : plain;
          long parameters = t.parameters().address();
          long gradients = t.gradients().address();
          long firstMoments = t.firstMoments().address();
          long secondMoments = t.secondMoments().address();
          long offset = slices.first(slice, tensor) * Float.BYTES;
          int size = slices.size(slice, tensor);
          int whole = Lanes.wholeVectors(size);
          float rate = step.learningRate() * t.rateFactor();
          adamW(parameters + offset, gradients + offset, firstMoments + offset, secondMoments + offset, whole, step, rate);
          for (int i = whole; i < size; i++) {
            long at = offset + (long) i * Float.BYTES;
            adamWElement(parameters + at, gradients + at, firstMoments + at, secondMoments + at, step, rate);
          }
        });
    tensors.forEach(t -> t.parameters().markWritten());
  }

  private static void adamW(long parameters, long gradients, long firstMoments, long secondMoments, int count, AdamWStep step, float rate) {
    FloatVector beta1 = FloatVector.broadcast(FLOATS, step.beta1());
    FloatVector beta2 = FloatVector.broadcast(FLOATS, step.beta2());
    FloatVector rest1 = FloatVector.broadcast(FLOATS, 1 - step.beta1());
    FloatVector rest2 = FloatVector.broadcast(FLOATS, 1 - step.beta2());
    FloatVector inverse1 = FloatVector.broadcast(FLOATS, 1 / step.correction1());
    FloatVector inverse2 = FloatVector.broadcast(FLOATS, 1 / step.correction2());
    FloatVector weightDecay = FloatVector.broadcast(FLOATS, step.weightDecay());
    FloatVector minusRate = FloatVector.broadcast(FLOATS, -rate);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector gradient = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradients + at, ORDER).mul(step.gradientScale());
      FloatVector first = gradient.fma(rest1, FloatVector.fromMemorySegment(FLOATS, MEMORY, firstMoments + at, ORDER).mul(beta1));
      FloatVector second =
          gradient.mul(rest2).fma(gradient, FloatVector.fromMemorySegment(FLOATS, MEMORY, secondMoments + at, ORDER).mul(beta2));
      first = first.blend(0, first.abs().compare(VectorOperators.LT, Float.MIN_NORMAL));
      second = second.blend(0, second.abs().compare(VectorOperators.LT, Float.MIN_NORMAL));
      first.intoMemorySegment(MEMORY, firstMoments + at, ORDER);
      second.intoMemorySegment(MEMORY, secondMoments + at, ORDER);
      FloatVector deviation = second.mul(inverse2).lanewise(VectorOperators.SQRT).add(step.epsilon());
      FloatVector parameter = FloatVector.fromMemorySegment(FLOATS, MEMORY, parameters + at, ORDER);
      FloatVector update = parameter.fma(weightDecay, first.mul(inverse1).div(deviation));
      update.fma(minusRate, parameter).intoMemorySegment(MEMORY, parameters + at, ORDER);
    }
  }

  /** The same for one element. */
  private static void adamWElement(long parameters, long gradients, long firstMoments, long secondMoments, AdamWStep step, float rate) {
    float gradient = Lanes.loadFloat(gradients) * step.gradientScale();
    float first = moment(Math.fma(gradient, 1 - step.beta1(), Lanes.loadFloat(firstMoments) * step.beta1()));
    float second = moment(Math.fma(gradient * (1 - step.beta2()), gradient, Lanes.loadFloat(secondMoments) * step.beta2()));
    Lanes.storeFloat(first, firstMoments);
    Lanes.storeFloat(second, secondMoments);
    float deviation = (float) Math.sqrt(second * (1 / step.correction2())) + step.epsilon();
    float parameter = Lanes.loadFloat(parameters);
    float update = Math.fma(parameter, step.weightDecay(), first * (1 / step.correction1()) / deviation);
    Lanes.storeFloat(Math.fma(update, -rate, parameter), parameters);
  }

  /** What is kept of a moment: see {@link AdamWStep}. */
  static float moment(float value) {
    return Math.abs(value) < Float.MIN_NORMAL ? 0 : value;
  }

  /** The sum of the squares of all elements of all tensors, each and their sum in double. */
  double sumOfSquares(List<Tensor> tensors) {
    ElementSlices slices = ElementSlices.few(tensors, SUM_SLICES);
    double[] sums = new double[slices.count()];
    pool.run(
        sums.length,
        (slice, workspace) -> {
          int tensor = slices.tensor(slice);
          long address = tensors.get(tensor).address() + slices.first(slice, tensor) * Float.BYTES;
          sums[slice] = sumOfSquares(address, slices.size(slice, tensor), workspace.doubles);
        });
    double sum = 0;
    for (double sliceSum : sums) {
      sum += sliceSum;
    }
    return sum;
  }

  private static double sumOfSquares(long address, int count, double[] lanes) {
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = even;
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = address + (long) i * Float.BYTES;
      DoubleVector low =
          (DoubleVector) FloatVector.fromMemorySegment(HALF_FLOATS, MEMORY, at, ORDER).convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector high =
          (DoubleVector) FloatVector.fromMemorySegment(HALF_FLOATS, MEMORY, at + Lanes.BYTES / 2, ORDER)
              .convertShape(VectorOperators.F2D, DOUBLES, 0);
      even = low.fma(low, even);
      odd = high.fma(high, odd);
    }
    even.add(odd).intoArray(lanes, 0);
    double sum = 0;
    for (int lane = 0; lane < DOUBLES.length(); lane++) {
      sum += lanes[lane];
    }
    for (int i = whole; i < count; i++) {
      double value = Lanes.loadFloat(address + (long) i * Float.BYTES);
      sum = Math.fma(value, value, sum);
    }
    return sum;
  }
}
