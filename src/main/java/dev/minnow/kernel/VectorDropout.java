package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;
import static dev.minnow.kernel.Lanes.INTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Multiplies scratch with the mask of {@link Dropout} in 32-bit lanes, bit for bit that of its scalar form. */
final class VectorDropout {
  /** Rows whose keys scratch holds at once. */
  static final int MOST_ROWS = 64;

  /** Where the low halves of rows' keys lie in scratch of integers. */
  private static final int LOW = 0;

  private static final int HIGH = MOST_ROWS;

  /** Where the spread column numbers of one vector lie. */
  private static final int TERMS = 2 * MOST_ROWS;

  private VectorDropout() {}

  /** Elements of one row, the first in column {@code column}. */
  static void multiply(float[] s, int at, int count, Dropout dropout, long row, int column, int[] ints) {
    long key = dropout.rowKey(row);
    Arrays.fill(ints, LOW, LOW + Lanes.COUNT, (int) key);
    Arrays.fill(ints, HIGH, HIGH + Lanes.COUNT, (int) (key >>> 32));
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      ints[TERMS + lane] = (column + lane) * Dropout.COLUMN_MULTIPLIER;
    }
    int vectors = Lanes.padded(count) / Lanes.COUNT;
    multiply(s, at, vectors, Lanes.COUNT, ints, 0, Lanes.COUNT * Dropout.COLUMN_MULTIPLIER, dropout);
  }

  /** Notes the keys of up to {@link #MOST_ROWS} rows for {@link #multiplyTransposed}. */
  static void noteRows(int[] ints, long row, int count, Dropout dropout) {
    for (int i = 0; i < count; i++) {
      long key = dropout.rowKey(row + i);
      ints[LOW + i] = (int) key;
      ints[HIGH + i] = (int) (key >>> 32);
    }
  }

  /**
   * Elements whose rows, from the noted row {@code row} on, lie in the lanes: {@code columns} vectors, {@code stride} apart, the first of
   * column {@code column}.
   */
  static void multiplyTransposed(float[] s, int at, int columns, int stride, Dropout dropout, int row, int column, int[] ints) {
    Arrays.fill(ints, TERMS, TERMS + Lanes.COUNT, column * Dropout.COLUMN_MULTIPLIER);
    multiply(s, at, columns, stride, ints, row, Dropout.COLUMN_MULTIPLIER, dropout);
  }

  private static void multiply(float[] s, int at, int vectors, int stride, int[] ints, int row, int termStep, Dropout dropout) {
    IntVector keyLow = IntVector.fromArray(INTS, ints, LOW + row);
    IntVector keyHigh = IntVector.fromArray(INTS, ints, HIGH + row);
    IntVector terms = IntVector.fromArray(INTS, ints, TERMS);
    int threshold = dropout.threshold();
    int scaleBits = Float.floatToRawIntBits(dropout.scale());
    for (int v = 0; v < vectors; v++) {
      IntVector x = terms.lanewise(VectorOperators.XOR, keyLow);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(Dropout.MIX_1);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(Dropout.MIX_2);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).lanewise(VectorOperators.XOR, keyHigh);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(Dropout.MIX_1);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(Dropout.MIX_2);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
      FloatVector factors =
          IntVector.zero(INTS)
              .blend(scaleBits, x.lanewise(VectorOperators.LSHR, 8).compare(VectorOperators.GE, threshold))
              .reinterpretAsFloats();
      int i = at + v * stride;
      FloatVector.fromArray(FLOATS, s, i).mul(factors).intoArray(s, i);
      terms = terms.add(termStep);
    }
  }
}
