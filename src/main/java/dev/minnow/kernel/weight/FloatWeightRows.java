package dev.minnow.kernel.weight;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of floats.
 *
 * @param address of the first
 * @param columns C
 */
public record FloatWeightRows(long address, int columns) implements WeightRows {
  private static final int LANES = Lanes.COUNT;

  static FloatWeightRows of(Tensor matrix) {
    return new FloatWeightRows(matrix.address(), (int) matrix.dimension(1));
  }

  @Override
  public int paddedColumns() {
    return columns;
  }

  @Override
  public int mostSummedRows() {
    return 7;
  }

  @Override
  public long rowBytes() {
    return (long) columns * Float.BYTES;
  }

  @Override
  public void sumGroup(float[] sums, long values, int row) {
    long rowBytes = rowBytes();
    long weights = address + row * rowBytes;
    long x = Lanes.bounded(values);
    long w0 = Lanes.bounded(weights);
    long w1 = Lanes.bounded(weights + rowBytes);
    long w2 = Lanes.bounded(weights + 2 * rowBytes);
    long w3 = Lanes.bounded(weights + 3 * rowBytes);
    long w4 = Lanes.bounded(weights + 4 * rowBytes);
    long w5 = Lanes.bounded(weights + 5 * rowBytes);
    long w6 = Lanes.bounded(weights + 6 * rowBytes);
    long w7 = Lanes.bounded(weights + 7 * rowBytes);
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    FloatVector sum6 = sum0;
    FloatVector sum7 = sum0;
    int vectors = columns / LANES;
    for (int v = 0; v < vectors; v++) {
      long at = (long) v * Lanes.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at, ORDER);
      sum0 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w0 + at, ORDER), sum0);
      sum1 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w1 + at, ORDER), sum1);
      sum2 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w2 + at, ORDER), sum2);
      sum3 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w3 + at, ORDER), sum3);
      sum4 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w4 + at, ORDER), sum4);
      sum5 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w5 + at, ORDER), sum5);
      sum6 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w6 + at, ORDER), sum6);
      sum7 = value.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w7 + at, ORDER), sum7);
    }
    sum0.intoArray(sums, Workspace.ALIGNED);
    sum1.intoArray(sums, Workspace.ALIGNED + LANES);
    sum2.intoArray(sums, Workspace.ALIGNED + 2 * LANES);
    sum3.intoArray(sums, Workspace.ALIGNED + 3 * LANES);
    sum4.intoArray(sums, Workspace.ALIGNED + 4 * LANES);
    sum5.intoArray(sums, Workspace.ALIGNED + 5 * LANES);
    sum6.intoArray(sums, Workspace.ALIGNED + 6 * LANES);
    sum7.intoArray(sums, Workspace.ALIGNED + 7 * LANES);
  }

  @Override
  public void sumOne(float[] sums, int at, long values, int row) {
    long x = Lanes.bounded(values);
    long w = Lanes.bounded(address + row * rowBytes());
    FloatVector sum = FloatVector.zero(FLOATS);
    int vectors = columns / LANES;
    for (int v = 0; v < vectors; v++) {
      long offset = (long) v * Lanes.BYTES;
      sum = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + offset, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, w + offset, ORDER), sum);
    }
    sum.intoArray(sums, at);
  }

  @Override
  public float complete(float sum, long values, int row) {
    float all = sum;
    long weights = address + row * rowBytes();
    for (int i = Lanes.wholeVectors(columns); i < columns; i++) {
      long at = (long) i * Float.BYTES;
      all = Math.fma(Lanes.loadFloat(values + at), Lanes.loadFloat(weights + at), all);
    }
    return all;
  }
}
