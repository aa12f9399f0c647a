package dev.minnow.kernel.weight;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of signed bytes in {@link ByteGroups}, of which zeros complete a row's last one. The scales lie behind all rows.
 *
 * @param address of the first row
 * @param scales address of the first row's scales, floats
 * @param columns C
 */
record ByteWeightRows(long address, long scales, int columns) implements NarrowRows {
  private static final int LANES = Lanes.COUNT;

  /** A quarter of the width of vectors of floats, but at least 64 bits, the least that there is: then two such vectors. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / Float.BYTES)));

  private static final boolean TWO_PARTS = BYTES.length() > LANES;
  private static final int STEPS = ByteGroups.SIZE / BYTES.length();

  /** Bytes that {@code rows} rows and their scales take. */
  static long bytes(long rows, long columns) {
    return rows * groups(columns) * (ByteGroups.SIZE + Float.BYTES);
  }

  /** Rows from {@code address} on. */
  static ByteWeightRows at(long address, long rows, int columns) {
    return new ByteWeightRows(address, address + rows * groups(columns) * ByteGroups.SIZE, columns);
  }

  private static long groups(long columns) {
    return Math.ceilDiv(columns, ByteGroups.SIZE);
  }

  /** Scales of a row. */
  long groups() {
    return groups(columns);
  }

  @Override
  public int paddedColumns() {
    return (int) groups(columns) * ByteGroups.SIZE;
  }

  @Override
  public int mostSummedRows() {
    return 22;
  }

  @Override
  public long rowBytes() {
    return paddedColumns();
  }

  /** Address of the scales of a row. */
  long scale(int row) {
    return scales + row * groups(columns) * Float.BYTES;
  }

  @Override
  public void store(int row, long from) {
    for (int group = 0; group < groups(columns); group++) {
      int first = group * ByteGroups.SIZE;
      int end = Math.min(columns, first + ByteGroups.SIZE);
      float largest = 0;
      for (int i = first; i < end; i++) {
        largest = Math.max(largest, Math.abs(Lanes.loadFloat(from + (long) i * Float.BYTES)));
      }
      float scale = largest / ByteGroups.LARGEST;
      Lanes.storeFloat(scale, scale(row) + (long) group * Float.BYTES);
      for (int i = first; i < first + ByteGroups.SIZE; i++) {
        float value = i < end && scale > 0 ? Lanes.loadFloat(from + (long) i * Float.BYTES) / scale : 0;
        MEMORY.set(ValueLayout.JAVA_BYTE, address + row * rowBytes() + i,
            (byte) Math.clamp(Math.rint(value), -ByteGroups.LARGEST, ByteGroups.LARGEST));
      }
    }
  }

  @Override
  public void load(int row, int first, int count, long to) {
    long from = Lanes.bounded(address + row * rowBytes() + first);
    long scales = Lanes.bounded(scale(row));
    long target = Lanes.bounded(to);
    int whole = count - count % BYTES.length();
    for (int i = 0; i < whole; i += BYTES.length()) {
      float scale = scaleOf(scales, first + i);
      ByteVector bytes = ByteVector.fromMemorySegment(BYTES, MEMORY, from + i, ORDER);
      long at = target + (long) i * Float.BYTES;
      ((FloatVector) bytes.convertShape(VectorOperators.B2F, FLOATS, 0)).mul(scale).intoMemorySegment(MEMORY, at, ORDER);
      if (TWO_PARTS) {
        ((FloatVector) bytes.convertShape(VectorOperators.B2F, FLOATS, 1)).mul(scale).intoMemorySegment(MEMORY, at + Lanes.BYTES, ORDER);
      }
    }
    for (int i = whole; i < count; i++) {
      float scale = scaleOf(scales, first + i);
      Lanes.storeFloat(scale * MEMORY.get(ValueLayout.JAVA_BYTE, from + i), target + (long) i * Float.BYTES);
    }
  }

  /** The scale of an element of the row whose scales these are. */
  private static float scaleOf(long scales, int element) {
    return Lanes.loadFloat(scales + (long) (element / ByteGroups.SIZE) * Float.BYTES);
  }

  @Override
  public void sumGroup(float[] sums, long values, int row) {
    long rowBytes = rowBytes();
    long weights = address + row * rowBytes;
    long x = Lanes.bounded(values);
    long scale = Lanes.bounded(scale(row));
    long scaleBytes = groups(columns) * Float.BYTES;
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
    for (int group = 0; group < groups(columns); group++) {
      FloatVector part0 = FloatVector.zero(FLOATS);
      FloatVector part1 = part0;
      FloatVector part2 = part0;
      FloatVector part3 = part0;
      FloatVector part4 = part0;
      FloatVector part5 = part0;
      FloatVector part6 = part0;
      FloatVector part7 = part0;
      for (int step = 0; step < STEPS; step++) {
        long at = (long) group * ByteGroups.SIZE + (long) step * BYTES.length();
        FloatVector value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at * Float.BYTES, ORDER);
        ByteVector bytes0 = ByteVector.fromMemorySegment(BYTES, MEMORY, w0 + at, ORDER);
        part0 = value.fma(((FloatVector) bytes0.convertShape(VectorOperators.B2F, FLOATS, 0)), part0);
        ByteVector bytes1 = ByteVector.fromMemorySegment(BYTES, MEMORY, w1 + at, ORDER);
        part1 = value.fma(((FloatVector) bytes1.convertShape(VectorOperators.B2F, FLOATS, 0)), part1);
        ByteVector bytes2 = ByteVector.fromMemorySegment(BYTES, MEMORY, w2 + at, ORDER);
        part2 = value.fma(((FloatVector) bytes2.convertShape(VectorOperators.B2F, FLOATS, 0)), part2);
        ByteVector bytes3 = ByteVector.fromMemorySegment(BYTES, MEMORY, w3 + at, ORDER);
        part3 = value.fma(((FloatVector) bytes3.convertShape(VectorOperators.B2F, FLOATS, 0)), part3);
        ByteVector bytes4 = ByteVector.fromMemorySegment(BYTES, MEMORY, w4 + at, ORDER);
        part4 = value.fma(((FloatVector) bytes4.convertShape(VectorOperators.B2F, FLOATS, 0)), part4);
        ByteVector bytes5 = ByteVector.fromMemorySegment(BYTES, MEMORY, w5 + at, ORDER);
        part5 = value.fma(((FloatVector) bytes5.convertShape(VectorOperators.B2F, FLOATS, 0)), part5);
        ByteVector bytes6 = ByteVector.fromMemorySegment(BYTES, MEMORY, w6 + at, ORDER);
        part6 = value.fma(((FloatVector) bytes6.convertShape(VectorOperators.B2F, FLOATS, 0)), part6);
        ByteVector bytes7 = ByteVector.fromMemorySegment(BYTES, MEMORY, w7 + at, ORDER);
        part7 = value.fma(((FloatVector) bytes7.convertShape(VectorOperators.B2F, FLOATS, 0)), part7);
        if (TWO_PARTS) {
          value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at * Float.BYTES + Lanes.BYTES, ORDER);
          part0 = value.fma(((FloatVector) bytes0.convertShape(VectorOperators.B2F, FLOATS, 1)), part0);
          part1 = value.fma(((FloatVector) bytes1.convertShape(VectorOperators.B2F, FLOATS, 1)), part1);
          part2 = value.fma(((FloatVector) bytes2.convertShape(VectorOperators.B2F, FLOATS, 1)), part2);
          part3 = value.fma(((FloatVector) bytes3.convertShape(VectorOperators.B2F, FLOATS, 1)), part3);
          part4 = value.fma(((FloatVector) bytes4.convertShape(VectorOperators.B2F, FLOATS, 1)), part4);
          part5 = value.fma(((FloatVector) bytes5.convertShape(VectorOperators.B2F, FLOATS, 1)), part5);
          part6 = value.fma(((FloatVector) bytes6.convertShape(VectorOperators.B2F, FLOATS, 1)), part6);
          part7 = value.fma(((FloatVector) bytes7.convertShape(VectorOperators.B2F, FLOATS, 1)), part7);
        }
      }
      long to = scale + (long) group * Float.BYTES;
      sum0 = part0.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to)), sum0);
      sum1 = part1.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + scaleBytes)), sum1);
      sum2 = part2.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + 2 * scaleBytes)), sum2);
      sum3 = part3.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + 3 * scaleBytes)), sum3);
      sum4 = part4.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + 4 * scaleBytes)), sum4);
      sum5 = part5.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + 5 * scaleBytes)), sum5);
      sum6 = part6.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + 6 * scaleBytes)), sum6);
      sum7 = part7.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(to + 7 * scaleBytes)), sum7);
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
    long scale = Lanes.bounded(scale(row));
    long w0 = Lanes.bounded(address + row * rowBytes());
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int group = 0; group < groups(columns); group++) {
      FloatVector part = FloatVector.zero(FLOATS);
      for (int step = 0; step < STEPS; step++) {
        long at = (long) group * ByteGroups.SIZE + (long) step * BYTES.length();
        FloatVector value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at * Float.BYTES, ORDER);
        ByteVector bytes0 = ByteVector.fromMemorySegment(BYTES, MEMORY, w0 + at, ORDER);
        part = value.fma(((FloatVector) bytes0.convertShape(VectorOperators.B2F, FLOATS, 0)), part);
        if (TWO_PARTS) {
          value = FloatVector.fromMemorySegment(FLOATS, MEMORY, x + at * Float.BYTES + Lanes.BYTES, ORDER);
          part = value.fma(((FloatVector) bytes0.convertShape(VectorOperators.B2F, FLOATS, 1)), part);
        }
      }
      sum = part.fma(FloatVector.broadcast(FLOATS, Lanes.loadFloat(scale + (long) group * Float.BYTES)), sum);
    }
    sum.intoArray(sums, to);
  }
}
