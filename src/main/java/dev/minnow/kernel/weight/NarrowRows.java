package dev.minnow.kernel.weight;

/** Rows of a type that is narrower than floats. */
public sealed interface NarrowRows extends WeightRows permits BfloatWeightRows, ByteWeightRows {
  /** Sets a row from C floats, rounded to what it can hold. */
  void store(int row, long from);

  /**
   * Stores a part of a row as floats.
   *
   * @param first element, a multiple of the widest vector's 16 floats
   * @param count elements
   */
  void load(int row, int first, int count, long to);

  /** Zeros complete the rows, so that vectors leave nothing out. */
  @Override
  default float complete(float sum, long values, int row) {
    return sum;
  }
}
