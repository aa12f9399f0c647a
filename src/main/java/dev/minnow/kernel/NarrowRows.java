package dev.minnow.kernel;

/** Rows of a type that is narrower than floats. */
sealed interface NarrowRows extends WeightRows permits BfloatWeightRows, ByteWeightRows {
  /** Sets a row from C floats, rounded to what it can hold. */
  void store(int row, long from);

  /** Stores a row as C floats. */
  void load(int row, long to);

  /** Zeros complete the rows, so that vectors leave nothing out. */
  @Override
  default float complete(float sum, long values, int row) {
    return sum;
  }
}
