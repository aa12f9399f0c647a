package dev.minnow.kernel.row;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.INTS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;
import static dev.minnow.kernel.lane.Lanes.SHORT;
import static dev.minnow.kernel.lane.Lanes.SHORTS;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.Blocks;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of a bfloat16 matrix in {@link Blocks}.
 *
 * @param address of the first block
 * @param columns of the matrix
 */
public record BlockRows(long address, int columns) implements Rows {
  private static final int QUIET_NAN = 0x7FC0_0000;

  /** Zero in rows that complete the last blocks of a matrix, from a block column to another. */
  public static void clearPadding(long address, int rows, int columns, int firstBlock, int endBlock) {
    int used = rows % Blocks.SIZE;
    if (used == 0) {
      return;
    }
    for (int block = firstBlock; block < endBlock; block++) {
      long first = address + Blocks.offsetBytes(rows - used, (long) block * Blocks.SIZE, columns) + (long) used * Blocks.ROW_BYTES;
      MEMORY.asSlice(first, (long) (Blocks.SIZE - used) * Blocks.ROW_BYTES).fill((byte) 0);
    }
  }

  private long at(int row, int column) {
    return address + Blocks.offsetBytes(row, column, columns);
  }

  @Override
  public void load(int row, int column, int count, float[] to, int at) {
    int end = column + count;
    int c = column;
    if (c % Blocks.SIZE == 0) {
      int blocks = count / Blocks.SIZE;
      widenBlockRows(at(row, c), blocks, to, at);
      c += blocks * Blocks.SIZE;
    }
    while (c < end) {
      int inBlock = Math.min(end - c, Blocks.SIZE - c % Blocks.SIZE);
      widen(at(row, c), inBlock, to, at + c - column);
      c += inBlock;
    }
  }

  @Override
  public void store(int row, int column, int count, float[] from, int at) {
    int end = column + count;
    int c = column;
    if (c % Blocks.SIZE == 0) {
      int blocks = count / Blocks.SIZE;
      narrowBlockRows(at(row, c), blocks, from, at);
      c += blocks * Blocks.SIZE;
    }
    while (c < end) {
      int inBlock = Math.min(end - c, Blocks.SIZE - c % Blocks.SIZE);
      narrow(at(row, c), inBlock, from, at + c - column);
      c += inBlock;
    }
    if (end == columns) {
      for (; c % Blocks.SIZE != 0; c++) {
        MEMORY.set(SHORT, at(row, c), (short) 0);
      }
    }
  }

  /** One element, as {@link Bfloat16#of} rounds. */
  public void storeElement(int row, int column, float value) {
    MEMORY.set(SHORT, at(row, column), Bfloat16.of(value));
  }

  /** One row of several blocks; the inner loop, of constant length, is unrolled. */
  static void widenBlockRows(long address, int blocks, float[] to, int at) {
    for (int block = 0; block < blocks; block++) {
      long from = Lanes.bounded(address + (long) block * Blocks.BYTES);
      int first = at + block * Blocks.SIZE;
      for (int i = 0; i < Blocks.SIZE; i += Lanes.COUNT) {
        ShortVector shorts = ShortVector.fromMemorySegment(SHORTS, MEMORY, from + (long) i * Short.BYTES, ORDER);
        IntVector bits = (IntVector) shorts.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, first + i);
      }
    }
  }

  /** The reverse, as {@link Bfloat16#of} rounds. */
  static void narrowBlockRows(long address, int blocks, float[] from, int at) {
    for (int block = 0; block < blocks; block++) {
      long to = Lanes.bounded(address + (long) block * Blocks.BYTES);
      int first = at + block * Blocks.SIZE;
      for (int i = 0; i < Blocks.SIZE; i += Lanes.COUNT) {
        FloatVector x = FloatVector.fromArray(FLOATS, from, first + i);
        IntVector bits = x.reinterpretAsInts();
        IntVector rounded = bits.lanewise(VectorOperators.LSHR, 16).and(1).add(bits).add(0x7FFF);
        rounded = rounded.blend(QUIET_NAN, x.test(VectorOperators.IS_NAN).cast(INTS)).lanewise(VectorOperators.LSHR, 16);
        ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
            .intoMemorySegment(MEMORY, to + (long) i * Short.BYTES, ORDER);
      }
    }
  }

  /** {@code count} contiguous elements from an address on to scratch. */
  static void widen(long address, int count, float[] to, int at) {
    int whole = Lanes.wholeVectors(count);
    long start = Lanes.bounded(address);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      ShortVector shorts = ShortVector.fromMemorySegment(SHORTS, MEMORY, start + (long) i * Short.BYTES, ORDER);
      IntVector bits = (IntVector) shorts.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] = Bfloat16.toFloat(MEMORY.get(SHORT, address + (long) i * Short.BYTES));
    }
  }

  /** {@code count} floats from scratch to contiguous elements from an address on, as {@link Bfloat16#of} rounds. */
  static void narrow(long address, int count, float[] from, int at) {
    int whole = Lanes.wholeVectors(count);
    long start = Lanes.bounded(address);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, from, at + i);
      IntVector bits = x.reinterpretAsInts();
      IntVector rounded = bits.lanewise(VectorOperators.LSHR, 16).and(1).add(bits).add(0x7FFF);
      rounded = rounded.blend(QUIET_NAN, x.test(VectorOperators.IS_NAN).cast(INTS)).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(MEMORY, start + (long) i * Short.BYTES, ORDER);
    }
    for (int i = whole; i < count; i++) {
      MEMORY.set(SHORT, address + (long) i * Short.BYTES, Bfloat16.of(from[at + i]));
    }
  }
}
