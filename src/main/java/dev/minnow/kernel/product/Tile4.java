package dev.minnow.kernel.product;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of matrix products where vectors have 16 registers: AVX2. A tile of 4 rows x 2 vectors takes 8 accumulators, as many
 * as keep two fused multiply-adds a cycle with a latency of 4 busy. Six rows would fit into the registers as well, but C2 keeps 10
 * accumulators or more in memory: 40 to 47 GFLOP/s on a Zen 4, where these come to 108 of 118.
 *
 * <p>See {@link RegisterTile} for the layout of panels and for why these methods are as plain as they are.
 */
final class Tile4 {
  static final int ROWS = 4;

  private static final int LANES = Lanes.COUNT;
  private static final int COLUMNS = 2 * LANES;

  private Tile4() {}

  /** The tile at {@code t} = left x right over {@code depth}; the left panel holds rows, one after the other. */
  static void rows(float[] tile, int t, float[] left, int l, float[] right, int r, int depth) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.fromArray(FLOATS, right, r + k * COLUMNS);
      FloatVector b = FloatVector.fromArray(FLOATS, right, r + k * COLUMNS + LANES);
      FloatVector f = FloatVector.broadcast(FLOATS, left[l + k]);
      a0 = f.fma(a, a0);
      b0 = f.fma(b, b0);
      f = FloatVector.broadcast(FLOATS, left[l + k + RegisterTile.ROW_STRIDE]);
      a1 = f.fma(a, a1);
      b1 = f.fma(b, b1);
      f = FloatVector.broadcast(FLOATS, left[l + k + 2 * RegisterTile.ROW_STRIDE]);
      a2 = f.fma(a, a2);
      b2 = f.fma(b, b2);
      f = FloatVector.broadcast(FLOATS, left[l + k + 3 * RegisterTile.ROW_STRIDE]);
      a3 = f.fma(a, a3);
      b3 = f.fma(b, b3);
    }
    a0.intoArray(tile, t);
    b0.intoArray(tile, t + LANES);
    a1.intoArray(tile, t + COLUMNS);
    b1.intoArray(tile, t + COLUMNS + LANES);
    a2.intoArray(tile, t + 2 * COLUMNS);
    b2.intoArray(tile, t + 2 * COLUMNS + LANES);
    a3.intoArray(tile, t + 3 * COLUMNS);
    b3.intoArray(tile, t + 3 * COLUMNS + LANES);
  }

  /** The tile at {@code t} = left x right over {@code depth}; the left panel holds columns, one after the other. */
  static void columns(float[] tile, int t, float[] left, int l, float[] right, int r, int depth) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.fromArray(FLOATS, right, r + k * COLUMNS);
      FloatVector b = FloatVector.fromArray(FLOATS, right, r + k * COLUMNS + LANES);
      FloatVector f = FloatVector.broadcast(FLOATS, left[l + k * ROWS]);
      a0 = f.fma(a, a0);
      b0 = f.fma(b, b0);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 1]);
      a1 = f.fma(a, a1);
      b1 = f.fma(b, b1);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 2]);
      a2 = f.fma(a, a2);
      b2 = f.fma(b, b2);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 3]);
      a3 = f.fma(a, a3);
      b3 = f.fma(b, b3);
    }
    a0.intoArray(tile, t);
    b0.intoArray(tile, t + LANES);
    a1.intoArray(tile, t + COLUMNS);
    b1.intoArray(tile, t + COLUMNS + LANES);
    a2.intoArray(tile, t + 2 * COLUMNS);
    b2.intoArray(tile, t + 2 * COLUMNS + LANES);
    a3.intoArray(tile, t + 3 * COLUMNS);
    b3.intoArray(tile, t + 3 * COLUMNS + LANES);
  }
}
