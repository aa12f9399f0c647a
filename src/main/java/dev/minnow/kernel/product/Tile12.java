package dev.minnow.kernel.product;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of matrix products where vectors have 32 registers: AVX-512 and NEON. A tile of 12 rows x 2 vectors takes 24
 * accumulators, 2 vectors of the right panel and a broadcast factor, 27 in all. Two fused multiply-adds a cycle with a latency of 4
 * keep 8 accumulators busy at least; 24 take 12 cycles a step, in which 14 loads fit at two a cycle.
 *
 * <p>See {@link RegisterTile} for the layout of panels and for why these methods are as plain as they are.
 */
final class Tile12 {
  static final int ROWS = 12;

  private static final int LANES = Lanes.COUNT;
  private static final int COLUMNS = 2 * LANES;

  private Tile12() {}

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
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    FloatVector a6 = a0;
    FloatVector b6 = a0;
    FloatVector a7 = a0;
    FloatVector b7 = a0;
    FloatVector a8 = a0;
    FloatVector b8 = a0;
    FloatVector a9 = a0;
    FloatVector b9 = a0;
    FloatVector a10 = a0;
    FloatVector b10 = a0;
    FloatVector a11 = a0;
    FloatVector b11 = a0;
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
      f = FloatVector.broadcast(FLOATS, left[l + k + 4 * RegisterTile.ROW_STRIDE]);
      a4 = f.fma(a, a4);
      b4 = f.fma(b, b4);
      f = FloatVector.broadcast(FLOATS, left[l + k + 5 * RegisterTile.ROW_STRIDE]);
      a5 = f.fma(a, a5);
      b5 = f.fma(b, b5);
      f = FloatVector.broadcast(FLOATS, left[l + k + 6 * RegisterTile.ROW_STRIDE]);
      a6 = f.fma(a, a6);
      b6 = f.fma(b, b6);
      f = FloatVector.broadcast(FLOATS, left[l + k + 7 * RegisterTile.ROW_STRIDE]);
      a7 = f.fma(a, a7);
      b7 = f.fma(b, b7);
      f = FloatVector.broadcast(FLOATS, left[l + k + 8 * RegisterTile.ROW_STRIDE]);
      a8 = f.fma(a, a8);
      b8 = f.fma(b, b8);
      f = FloatVector.broadcast(FLOATS, left[l + k + 9 * RegisterTile.ROW_STRIDE]);
      a9 = f.fma(a, a9);
      b9 = f.fma(b, b9);
      f = FloatVector.broadcast(FLOATS, left[l + k + 10 * RegisterTile.ROW_STRIDE]);
      a10 = f.fma(a, a10);
      b10 = f.fma(b, b10);
      f = FloatVector.broadcast(FLOATS, left[l + k + 11 * RegisterTile.ROW_STRIDE]);
      a11 = f.fma(a, a11);
      b11 = f.fma(b, b11);
    }
    a0.intoArray(tile, t);
    b0.intoArray(tile, t + LANES);
    a1.intoArray(tile, t + COLUMNS);
    b1.intoArray(tile, t + COLUMNS + LANES);
    a2.intoArray(tile, t + 2 * COLUMNS);
    b2.intoArray(tile, t + 2 * COLUMNS + LANES);
    a3.intoArray(tile, t + 3 * COLUMNS);
    b3.intoArray(tile, t + 3 * COLUMNS + LANES);
    a4.intoArray(tile, t + 4 * COLUMNS);
    b4.intoArray(tile, t + 4 * COLUMNS + LANES);
    a5.intoArray(tile, t + 5 * COLUMNS);
    b5.intoArray(tile, t + 5 * COLUMNS + LANES);
    a6.intoArray(tile, t + 6 * COLUMNS);
    b6.intoArray(tile, t + 6 * COLUMNS + LANES);
    a7.intoArray(tile, t + 7 * COLUMNS);
    b7.intoArray(tile, t + 7 * COLUMNS + LANES);
    a8.intoArray(tile, t + 8 * COLUMNS);
    b8.intoArray(tile, t + 8 * COLUMNS + LANES);
    a9.intoArray(tile, t + 9 * COLUMNS);
    b9.intoArray(tile, t + 9 * COLUMNS + LANES);
    a10.intoArray(tile, t + 10 * COLUMNS);
    b10.intoArray(tile, t + 10 * COLUMNS + LANES);
    a11.intoArray(tile, t + 11 * COLUMNS);
    b11.intoArray(tile, t + 11 * COLUMNS + LANES);
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
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    FloatVector a6 = a0;
    FloatVector b6 = a0;
    FloatVector a7 = a0;
    FloatVector b7 = a0;
    FloatVector a8 = a0;
    FloatVector b8 = a0;
    FloatVector a9 = a0;
    FloatVector b9 = a0;
    FloatVector a10 = a0;
    FloatVector b10 = a0;
    FloatVector a11 = a0;
    FloatVector b11 = a0;
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
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 4]);
      a4 = f.fma(a, a4);
      b4 = f.fma(b, b4);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 5]);
      a5 = f.fma(a, a5);
      b5 = f.fma(b, b5);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 6]);
      a6 = f.fma(a, a6);
      b6 = f.fma(b, b6);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 7]);
      a7 = f.fma(a, a7);
      b7 = f.fma(b, b7);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 8]);
      a8 = f.fma(a, a8);
      b8 = f.fma(b, b8);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 9]);
      a9 = f.fma(a, a9);
      b9 = f.fma(b, b9);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 10]);
      a10 = f.fma(a, a10);
      b10 = f.fma(b, b10);
      f = FloatVector.broadcast(FLOATS, left[l + k * ROWS + 11]);
      a11 = f.fma(a, a11);
      b11 = f.fma(b, b11);
    }
    a0.intoArray(tile, t);
    b0.intoArray(tile, t + LANES);
    a1.intoArray(tile, t + COLUMNS);
    b1.intoArray(tile, t + COLUMNS + LANES);
    a2.intoArray(tile, t + 2 * COLUMNS);
    b2.intoArray(tile, t + 2 * COLUMNS + LANES);
    a3.intoArray(tile, t + 3 * COLUMNS);
    b3.intoArray(tile, t + 3 * COLUMNS + LANES);
    a4.intoArray(tile, t + 4 * COLUMNS);
    b4.intoArray(tile, t + 4 * COLUMNS + LANES);
    a5.intoArray(tile, t + 5 * COLUMNS);
    b5.intoArray(tile, t + 5 * COLUMNS + LANES);
    a6.intoArray(tile, t + 6 * COLUMNS);
    b6.intoArray(tile, t + 6 * COLUMNS + LANES);
    a7.intoArray(tile, t + 7 * COLUMNS);
    b7.intoArray(tile, t + 7 * COLUMNS + LANES);
    a8.intoArray(tile, t + 8 * COLUMNS);
    b8.intoArray(tile, t + 8 * COLUMNS + LANES);
    a9.intoArray(tile, t + 9 * COLUMNS);
    b9.intoArray(tile, t + 9 * COLUMNS + LANES);
    a10.intoArray(tile, t + 10 * COLUMNS);
    b10.intoArray(tile, t + 10 * COLUMNS + LANES);
    a11.intoArray(tile, t + 11 * COLUMNS);
    b11.intoArray(tile, t + 11 * COLUMNS + LANES);
  }
}
