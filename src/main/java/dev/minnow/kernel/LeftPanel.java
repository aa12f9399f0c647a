package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;

/** Packs the left operand of a matrix product, {@link RegisterTile#ROWS} rows at a time, into {@link Workspace#left}. */
final class LeftPanel {
  private static final int ROWS = RegisterTile.ROWS;
  private static final int LANES = Lanes.COUNT;

  /** Elements that whole vectors touch when they copy {@link #ROWS} of them. */
  static final int COPIED_ROWS = Math.ceilDiv(ROWS, LANES) * LANES;

  private LeftPanel() {}

  /**
   * Rows from {@code rows} x {@code depth} values, (r, k) at source + r x strideBytes + 4 k. Rows of the panel beyond {@code rows} keep
   * what they held: no one reads the outputs that they go into.
   */
  static void packRows(float[] left, long source, long strideBytes, int rows, int depth) {
    for (int r = 0; r < rows; r++) {
      copy(left, Workspace.ALIGNED + r * RegisterTile.LEFT_STRIDE, source + r * strideBytes, depth);
    }
  }

  private static void copy(float[] to, int at, long source, int count) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += LANES) {
      Lanes.load(source + (long) i * Float.BYTES).intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] = Lanes.loadFloat(source + (long) i * Float.BYTES);
    }
  }

  /**
   * Columns from {@code rows} x {@code depth} values, (r, k) at source + k x strideBytes + 4 r.
   *
   * @param readable elements of each k that may be read from source on, {@code rows} or more
   */
  static void packColumns(float[] left, long source, long strideBytes, int rows, int depth, int readable) {
    if (readable >= COPIED_ROWS) {
      copyColumns(left, source, strideBytes, depth);
    } else {
      for (int k = 0; k < depth; k++) {
        for (int r = 0; r < rows; r++) {
          left[Workspace.ALIGNED + k * ROWS + r] = Lanes.loadFloat(source + k * strideBytes + (long) r * Float.BYTES);
        }
      }
    }
  }

  /** In whole vectors: what is copied beyond {@link #ROWS} is overwritten by the next k. */
  private static void copyColumns(float[] left, long source, long strideBytes, int depth) {
    for (int k = 0; k < depth; k++) {
      for (int r = 0; r < ROWS; r += LANES) {
        FloatVector values = Lanes.load(source + k * strideBytes + (long) r * Float.BYTES);
        values.intoArray(left, Workspace.ALIGNED + k * ROWS + r);
      }
    }
  }

  /**
   * The sum over k of each row of a panel of columns, to {@code sums} from {@link Workspace#ALIGNED}: every fourth k in a chain of its
   * own, so that four additions are under way.
   */
  static void sumColumns(float[] left, int depth, float[] sums) {
    for (int r = 0; r < ROWS; r += LANES) {
      int from = Workspace.ALIGNED + r;
      FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
      FloatVector sum1 = sum0;
      FloatVector sum2 = sum0;
      FloatVector sum3 = sum0;
      int k = 0;
      for (; k < depth - 3; k += 4) {
        sum0 = sum0.add(FloatVector.fromArray(Lanes.FLOATS, left, from + k * ROWS));
        sum1 = sum1.add(FloatVector.fromArray(Lanes.FLOATS, left, from + (k + 1) * ROWS));
        sum2 = sum2.add(FloatVector.fromArray(Lanes.FLOATS, left, from + (k + 2) * ROWS));
        sum3 = sum3.add(FloatVector.fromArray(Lanes.FLOATS, left, from + (k + 3) * ROWS));
      }
      for (; k < depth; k++) {
        sum0 = sum0.add(FloatVector.fromArray(Lanes.FLOATS, left, from + k * ROWS));
      }
      sum0.add(sum1).add(sum2.add(sum3)).intoArray(sums, from);
    }
  }
}
