package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;
import static dev.minnow.kernel.Lanes.INTS;
import static dev.minnow.kernel.Lanes.MEMORY;
import static dev.minnow.kernel.Lanes.ORDER;

import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.Blocks;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a bfloat16 matrix in {@link Blocks}.
 *
 * @param address of the first block
 * @param columns of the matrix
 */
record BlockRows(long address, int columns) implements Rows {
  /** As many as a vector has floats. */
  private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.COUNT * Short.SIZE));

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final int QUIET_NAN = 0x7FC0_0000;

  /** Zero in rows that complete the last blocks of a matrix. */
  static void clearPadding(long address, int rows, int columns) {
    int used = rows % Blocks.SIZE;
    if (used == 0) {
      return;
    }
    for (long block = 0; block < Blocks.count(columns); block++) {
      long first = address + Blocks.offsetBytes(rows - used, block * Blocks.SIZE, columns) + (long) used * Blocks.ROW_BYTES;
      MEMORY.asSlice(first, (long) (Blocks.SIZE - used) * Blocks.ROW_BYTES).fill((byte) 0);
    }
  }

  private long at(int row, int column) {
    return address + Blocks.offsetBytes(row, column, columns);
  }

  @Override
  public void load(int row, int column, int count, float[] to, int at) {
    int end = column + count;
    for (int c = column; c < end;) {
      int inBlock = Math.min(end - c, Blocks.SIZE - c % Blocks.SIZE);
      widen(at(row, c), inBlock, to, at + c - column);
      c += inBlock;
    }
  }

  @Override
  public void store(int row, int column, int count, float[] from, int at) {
    int end = column + count;
    for (int c = column; c < end;) {
      int inBlock = Math.min(end - c, Blocks.SIZE - c % Blocks.SIZE);
      narrow(at(row, c), inBlock, from, at + c - column);
      c += inBlock;
    }
    if (end == columns) {
      for (int c = end; c % Blocks.SIZE != 0; c++) {
        MEMORY.set(SHORT, at(row, c), (short) 0);
      }
    }
  }

  /** Elements of one row of one block. */
  private static void widen(long address, int count, float[] to, int at) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      ShortVector shorts = ShortVector.fromMemorySegment(SHORTS, MEMORY, address + (long) i * Short.BYTES, ORDER);
      IntVector bits = (IntVector) shorts.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] = Bfloat16.toFloat(MEMORY.get(SHORT, address + (long) i * Short.BYTES));
    }
  }

  /** To elements of one row of one block, as {@link Bfloat16#of} rounds. */
  private static void narrow(long address, int count, float[] from, int at) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, from, at + i);
      IntVector bits = x.reinterpretAsInts();
      IntVector rounded = bits.lanewise(VectorOperators.LSHR, 16).and(1).add(bits).add(0x7FFF);
      rounded = rounded.blend(QUIET_NAN, x.test(VectorOperators.IS_NAN).cast(INTS)).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(MEMORY, address + (long) i * Short.BYTES, ORDER);
    }
    for (int i = whole; i < count; i++) {
      MEMORY.set(SHORT, address + (long) i * Short.BYTES, Bfloat16.of(from[at + i]));
    }
  }
}
