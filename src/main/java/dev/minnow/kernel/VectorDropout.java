package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The mask of {@link Dropout} in 32-bit lanes, bit for bit that of its scalar form. */
final class VectorDropout {
  /** Lane i holds the spread column number i. */
  private static final IntVector COLUMN_TERMS =
      IntVector.broadcast(Lanes.INTS, 0).addIndex(1).mul(Dropout.COLUMN_MULTIPLIER);

  private VectorDropout() {}

  /** The spread numbers of the columns from {@code column} on, one a lane. */
  static IntVector columnTerms(int column) {
    return COLUMN_TERMS.add(column * Dropout.COLUMN_MULTIPLIER);
  }

  /**
   * The factors on the elements of each lane's column and row: 0 where dropped, the scale where kept.
   *
   * @param columnTerms column numbers times {@link Dropout#COLUMN_MULTIPLIER}
   * @param keyLow low halves of {@link Dropout#rowKey}
   * @param keyHigh high halves
   * @param scaleBits of {@link Dropout#scale}
   */
  static FloatVector factors(IntVector columnTerms, IntVector keyLow, IntVector keyHigh, int threshold, int scaleBits) {
    IntVector hash = mix(mix(columnTerms.lanewise(VectorOperators.XOR, keyLow)).lanewise(VectorOperators.XOR, keyHigh));
    return IntVector.zero(Lanes.INTS)
        .blend(scaleBits, hash.lanewise(VectorOperators.LSHR, 8).compare(VectorOperators.GE, threshold))
        .reinterpretAsFloats();
  }

  private static IntVector mix(IntVector x) {
    IntVector y = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(Dropout.MIX_1);
    y = y.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHR, 15)).mul(Dropout.MIX_2);
    return y.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHR, 16));
  }
}
