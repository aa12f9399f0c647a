package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** AdamW, and the norm that gradients are clipped by: single passes over whole slabs, as fast as memory. */
final class VectorOptimizer {
  /** Blocks of {@link #sumOfSquares}: enough for many threads; a block's partial sum is one double. */
  private static final int SUM_BLOCKS = 256;

  private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, Lanes.FLOATS.vectorShape());

  /** As many floats as {@link #DOUBLES} has lanes. */
  private static final VectorSpecies<Float> HALF_FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Lanes.FLOATS.vectorBitSize() / 2));

  private final WorkerPool pool;

  VectorOptimizer(WorkerPool pool) {
    this.pool = pool;
  }

  /** One update of parameters and both moments in place, all of one element count. */
  void adamW(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments, AdamWStep step) {
    long parametersAddress = parameters.address();
    long gradientsAddress = gradients.address();
    long firstAddress = firstMoments.address();
    long secondAddress = secondMoments.address();
    ElementSlices slices = new ElementSlices(parameters.elementCount());
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          long offset = slices.offsetBytes(slice);
          int size = slices.size(slice);
          int whole = Lanes.wholeVectors(size);
          adamW(parametersAddress + offset, gradientsAddress + offset, firstAddress + offset, secondAddress + offset, whole, step);
          for (int i = whole; i < size; i++) {
            long at = offset + (long) i * Float.BYTES;
            adamWElement(parametersAddress + at, gradientsAddress + at, firstAddress + at, secondAddress + at, step);
          }
        });
  }

  private static void adamW(long parameters, long gradients, long firstMoments, long secondMoments, int count, AdamWStep step) {
    FloatVector beta1 = FloatVector.broadcast(Lanes.FLOATS, step.beta1());
    FloatVector beta2 = FloatVector.broadcast(Lanes.FLOATS, step.beta2());
    FloatVector rest1 = FloatVector.broadcast(Lanes.FLOATS, 1 - step.beta1());
    FloatVector rest2 = FloatVector.broadcast(Lanes.FLOATS, 1 - step.beta2());
    FloatVector inverse1 = FloatVector.broadcast(Lanes.FLOATS, 1 / step.correction1());
    FloatVector inverse2 = FloatVector.broadcast(Lanes.FLOATS, 1 / step.correction2());
    FloatVector weightDecay = FloatVector.broadcast(Lanes.FLOATS, step.weightDecay());
    FloatVector minusRate = FloatVector.broadcast(Lanes.FLOATS, -step.learningRate());
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector gradient = Lanes.load(gradients + at).mul(step.gradientScale());
      FloatVector first = gradient.fma(rest1, Lanes.load(firstMoments + at).mul(beta1));
      FloatVector second = gradient.mul(rest2).fma(gradient, Lanes.load(secondMoments + at).mul(beta2));
      Lanes.store(first, firstMoments + at);
      Lanes.store(second, secondMoments + at);
      FloatVector deviation = second.mul(inverse2).lanewise(VectorOperators.SQRT).add(step.epsilon());
      FloatVector parameter = Lanes.load(parameters + at);
      FloatVector update = parameter.fma(weightDecay, first.mul(inverse1).div(deviation));
      Lanes.store(update.fma(minusRate, parameter), parameters + at);
    }
  }

  /** The same for one element. */
  private static void adamWElement(long parameters, long gradients, long firstMoments, long secondMoments, AdamWStep step) {
    float gradient = Lanes.loadFloat(gradients) * step.gradientScale();
    float first = Math.fma(gradient, 1 - step.beta1(), Lanes.loadFloat(firstMoments) * step.beta1());
    float second = Math.fma(gradient * (1 - step.beta2()), gradient, Lanes.loadFloat(secondMoments) * step.beta2());
    Lanes.storeFloat(first, firstMoments);
    Lanes.storeFloat(second, secondMoments);
    float deviation = (float) Math.sqrt(second * (1 / step.correction2())) + step.epsilon();
    float parameter = Lanes.loadFloat(parameters);
    float update = Math.fma(parameter, step.weightDecay(), first * (1 / step.correction1()) / deviation);
    Lanes.storeFloat(Math.fma(update, -step.learningRate(), parameter), parameters);
  }

  /** The sum of the squares of all elements, each and their sum in double. */
  double sumOfSquares(Tensor values) {
    long address = values.address();
    long count = values.elementCount();
    long perBlock = Math.ceilDiv(Math.ceilDiv(count, SUM_BLOCKS), Lanes.COUNT) * Lanes.COUNT;
    double[] sums = new double[SUM_BLOCKS];
    pool.run(
        (int) Math.ceilDiv(count, perBlock),
        (block, workspace) -> {
          long first = block * perBlock;
          sums[block] = sumOfSquares(address + first * Float.BYTES, Math.min(perBlock, count - first));
        });
    double sum = 0;
    for (double blockSum : sums) {
      sum += blockSum;
    }
    return sum;
  }

  private static double sumOfSquares(long address, long count) {
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = even;
    long whole = count & -Lanes.COUNT;
    for (long i = 0; i < whole; i += Lanes.COUNT) {
      long at = address + i * Float.BYTES;
      DoubleVector low = doubles(at);
      DoubleVector high = doubles(at + Lanes.BYTES / 2);
      even = low.fma(low, even);
      odd = high.fma(high, odd);
    }
    DoubleVector sums = even.add(odd);
    double sum = 0;
    for (int lane = 0; lane < DOUBLES.length(); lane++) {
      sum += sums.lane(lane);
    }
    for (long i = whole; i < count; i++) {
      double value = Lanes.loadFloat(address + i * Float.BYTES);
      sum = Math.fma(value, value, sum);
    }
    return sum;
  }

  private static DoubleVector doubles(long address) {
    return (DoubleVector) FloatVector.fromMemorySegment(HALF_FLOATS, Lanes.MEMORY, address, Lanes.ORDER).castShape(DOUBLES, 0);
  }
}
