package dev.minnow.kernel.weight;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.INTS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;
import static dev.minnow.kernel.lane.Lanes.SHORT;
import static dev.minnow.kernel.lane.Lanes.SHORTS;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.Bfloat16;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of bfloat16, whose zeros complete vectors.
 *
 * @param address of the first
 * @param columns C
 */
record BfloatWeightRows(long address, int columns) implements NarrowRows {
  private static final int LANES = Lanes.COUNT;

  /** Bytes that {@code rows} rows take. */
  static long bytes(long rows, long columns) {
    return rows * Lanes.padded((int) columns) * Short.BYTES;
  }

  @Override
  public int paddedColumns() {
    return Lanes.padded(columns);
  }

  @Override
  public int mostSummedRows() {
    return 10;
  }

  @Override
  public long rowBytes() {
    return (long) paddedColumns() * Short.BYTES;
  }

  @Override
  public void store(int row, long from) {
    long to = address + row * rowBytes();
    for (int i = 0; i < paddedColumns(); i++) {
      MEMORY.set(SHORT, to + (long) i * Short.BYTES, i < columns ? Bfloat16.of(Lanes.loadFloat(from + (long) i * Float.BYTES)) : 0);
    }
  }

  @Override
  public void load(int row, int first, int count, long to) {
    long from = Lanes.bounded(address + row * rowBytes() + (long) first * Short.BYTES);
    long target = Lanes.bounded(to);
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += LANES) {
      ShortVector shorts = ShortVector.fromMemorySegment(SHORTS, MEMORY, from + (long) i * Short.BYTES, ORDER);
      IntVector bits = (IntVector) shorts.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, Short.SIZE).intoMemorySegment(MEMORY, target + (long) i * Float.BYTES, ORDER);
    }
    for (int i = whole; i < count; i++) {
      Lanes.storeFloat(Bfloat16.toFloat(MEMORY.get(SHORT, from + (long) i * Short.BYTES)), target + (long) i * Float.BYTES);
    }
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
    int vectors = paddedColumns() / LANES;
    for (int v = 0; v < vectors; v++) {
      long at = (long) v * Lanes.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at, ORDER);
      sum0 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w0 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum0);
      sum1 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w1 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum1);
      sum2 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w2 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum2);
      sum3 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w3 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum3);
      sum4 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w4 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum4);
      sum5 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w5 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum5);
      sum6 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w6 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum6);
      sum7 =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w7 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum7);
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
  public void sumOne(float[] sums, int to, long values, int row) {
    long x = Lanes.bounded(values);
    long w0 = Lanes.bounded(address + row * rowBytes());
    FloatVector sum = FloatVector.zero(FLOATS);
    int vectors = paddedColumns() / LANES;
    for (int v = 0; v < vectors; v++) {
      long at = (long) v * Lanes.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at, ORDER);
      sum =
          value
              .fma(
                  ((IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, w0 + at / 2, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(),
                  sum);
    }
    sum.intoArray(sums, to);
  }
}
