package dev.minnow.kernel.attention;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The loops of {@link PanelProduct} where vectors have 16 registers, AVX2, for half of the rows: 8 accumulators. C2 keeps 10 or more in
 * memory there, for less than half of the speed.
 */
final class PanelTile4 {
  static final int ROWS = 4;

  private static final int STRIDE = PanelProduct.STRIDE;
  private static final int LANES = Lanes.COUNT;

  private PanelTile4() {}

  /** The tile at c = the tile at t + A x B over {@code depth}; element (r, k) of A is at a + 64 r + k. */
  static void ofRows(float[] s, int c, int t, int a, int b, int depth) {
    FloatVector c00 = FloatVector.fromArray(FLOATS, s, t);
    FloatVector c01 = FloatVector.fromArray(FLOATS, s, t + LANES);
    FloatVector c10 = FloatVector.fromArray(FLOATS, s, t + STRIDE);
    FloatVector c11 = FloatVector.fromArray(FLOATS, s, t + STRIDE + LANES);
    FloatVector c20 = FloatVector.fromArray(FLOATS, s, t + 2 * STRIDE);
    FloatVector c21 = FloatVector.fromArray(FLOATS, s, t + 2 * STRIDE + LANES);
    FloatVector c30 = FloatVector.fromArray(FLOATS, s, t + 3 * STRIDE);
    FloatVector c31 = FloatVector.fromArray(FLOATS, s, t + 3 * STRIDE + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, s, b + k * STRIDE);
      FloatVector b1 = FloatVector.fromArray(FLOATS, s, b + k * STRIDE + LANES);
      FloatVector f = FloatVector.broadcast(FLOATS, s[a + k]);
      c00 = f.fma(b0, c00);
      c01 = f.fma(b1, c01);
      f = FloatVector.broadcast(FLOATS, s[a + k + STRIDE]);
      c10 = f.fma(b0, c10);
      c11 = f.fma(b1, c11);
      f = FloatVector.broadcast(FLOATS, s[a + k + 2 * STRIDE]);
      c20 = f.fma(b0, c20);
      c21 = f.fma(b1, c21);
      f = FloatVector.broadcast(FLOATS, s[a + k + 3 * STRIDE]);
      c30 = f.fma(b0, c30);
      c31 = f.fma(b1, c31);
    }
    c00.intoArray(s, c);
    c01.intoArray(s, c + LANES);
    c10.intoArray(s, c + STRIDE);
    c11.intoArray(s, c + STRIDE + LANES);
    c20.intoArray(s, c + 2 * STRIDE);
    c21.intoArray(s, c + 2 * STRIDE + LANES);
    c30.intoArray(s, c + 3 * STRIDE);
    c31.intoArray(s, c + 3 * STRIDE + LANES);
  }

  /** The tile at c = the tile at t + A x B over {@code depth}; element (r, k) of A is at a + 64 k + r. */
  static void ofColumns(float[] s, int c, int t, int a, int b, int depth) {
    FloatVector c00 = FloatVector.fromArray(FLOATS, s, t);
    FloatVector c01 = FloatVector.fromArray(FLOATS, s, t + LANES);
    FloatVector c10 = FloatVector.fromArray(FLOATS, s, t + STRIDE);
    FloatVector c11 = FloatVector.fromArray(FLOATS, s, t + STRIDE + LANES);
    FloatVector c20 = FloatVector.fromArray(FLOATS, s, t + 2 * STRIDE);
    FloatVector c21 = FloatVector.fromArray(FLOATS, s, t + 2 * STRIDE + LANES);
    FloatVector c30 = FloatVector.fromArray(FLOATS, s, t + 3 * STRIDE);
    FloatVector c31 = FloatVector.fromArray(FLOATS, s, t + 3 * STRIDE + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, s, b + k * STRIDE);
      FloatVector b1 = FloatVector.fromArray(FLOATS, s, b + k * STRIDE + LANES);
      FloatVector f = FloatVector.broadcast(FLOATS, s[a + k * STRIDE]);
      c00 = f.fma(b0, c00);
      c01 = f.fma(b1, c01);
      f = FloatVector.broadcast(FLOATS, s[a + k * STRIDE + 1]);
      c10 = f.fma(b0, c10);
      c11 = f.fma(b1, c11);
      f = FloatVector.broadcast(FLOATS, s[a + k * STRIDE + 2]);
      c20 = f.fma(b0, c20);
      c21 = f.fma(b1, c21);
      f = FloatVector.broadcast(FLOATS, s[a + k * STRIDE + 3]);
      c30 = f.fma(b0, c30);
      c31 = f.fma(b1, c31);
    }
    c00.intoArray(s, c);
    c01.intoArray(s, c + LANES);
    c10.intoArray(s, c + STRIDE);
    c11.intoArray(s, c + STRIDE + LANES);
    c20.intoArray(s, c + 2 * STRIDE);
    c21.intoArray(s, c + 2 * STRIDE + LANES);
    c30.intoArray(s, c + 3 * STRIDE);
    c31.intoArray(s, c + 3 * STRIDE + LANES);
  }
}
