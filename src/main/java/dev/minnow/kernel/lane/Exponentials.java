package dev.minnow.kernel.lane;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^x to about one unit in the last place: e^x = 2^n e^r with n = round(x / ln 2) and a polynomial for e^r. Add, multiply and fused
 * multiply-add only, so that a lane gets the same bits in the interpreter, compiled and in the scalar form, on every CPU: {@code
 * lanewise(EXP)} and {@code Math.exp} promise no such thing. Results below 2^-64 are 0, those above the largest float infinite; NaN stays
 * NaN.
 */
public final class Exponentials {
  /** Adding it rounds to an integer, which then stands in the low bits: 1.5 x 2^23. */
  static final float ROUNDER = 0x1.8p23f;

  /** 1/ln 2: e^x = 2^(x LOG2_E). */
  public static final float LOG2_E = 0x1.715476p+0f;

  /** The logarithm of 2 in two floats. */
  static final float LN_2_HIGH = 0x1.62e43p-1f;

  static final float LN_2_LOW = -0x1.05c61p-29f;

  /** Above it the exponential rounds to infinity. */
  static final float OVERFLOW = 0x1.62e42ep6f;

  /**
   * The power of two below which exponentials are taken as 0. Beside 1, which is what they are added to, they count for nothing; but their
   * products with gradients would leave the normal numbers, and processors take a hundred times as long for those.
   */
  public static final int LEAST_POWER = -64;

  /** Below it the exponential is taken as 0. */
  static final float UNDERFLOW = (float) (LEAST_POWER * Math.log(2));

  /** Twice the coefficients of (e^r - 1 - r) / r^2 by Remez' algorithm on [-ln(2)/2, ln(2)/2]; they err by 6e-8 there. */
  static final float C2 = 2 * 0x1p-1f;

  static final float C3 = 2 * 0x1.5554dcp-3f;
  static final float C4 = 2 * 0x1.5554b8p-5f;
  static final float C5 = 2 * 0x1.120ba6p-7f;
  static final float C6 = 2 * 0x1.6d7594p-10f;

  private Exponentials() {}

  /** Replaces {@code vectors} vectors, the first at {@code at} and {@code stride} apart, by their exponentials. */
  public static void replace(float[] s, int at, int vectors, int stride) {
    for (int v = 0; v < vectors; v++) {
      int i = at + v * stride;
      FloatVector x = FloatVector.fromArray(FLOATS, s, i);
      FloatVector shifted = x.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUNDER));
      FloatVector n = shifted.sub(ROUNDER);
      FloatVector r =
          n.fma(FloatVector.broadcast(FLOATS, -LN_2_LOW), n.fma(FloatVector.broadcast(FLOATS, -LN_2_HIGH), x));
      FloatVector twice =
          r.fma(FloatVector.broadcast(FLOATS, C6), FloatVector.broadcast(FLOATS, C5))
              .fma(r, FloatVector.broadcast(FLOATS, C4))
              .fma(r, FloatVector.broadcast(FLOATS, C3))
              .fma(r, FloatVector.broadcast(FLOATS, C2))
              .fma(r, FloatVector.broadcast(FLOATS, 2))
              .fma(r, FloatVector.broadcast(FLOATS, 2));
      // Twice e^r times 2^(n - 1), because 2^n has no float where n is 128.
      IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(126 << 23);
      twice.mul(power.reinterpretAsFloats())
          .blend(0, x.compare(VectorOperators.LT, UNDERFLOW))
          .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, OVERFLOW))
          .intoArray(s, i);
    }
  }

  /**
   * Replaces numbers by exp(number - max) and returns their sum. What completes the last vector of them is lost, and so is a vector of
   * {@code scratch} from {@code free} on.
   */
  public static float replaceAndSum(float[] s, int at, int count, float max, float[] scratch, int free) {
    for (int i = at; i < at + count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, i).sub(max).intoArray(s, i);
    }
    replace(s, at, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
    int whole = Lanes.wholeVectors(count);
    FloatVector sums = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sums = sums.add(FloatVector.fromArray(FLOATS, s, at + i));
    }
    sums.intoArray(scratch, free);
    float sum = Lanes.sum(scratch, free);
    for (int i = whole; i < count; i++) {
      sum += s[at + i];
    }
    return sum;
  }

  /** The bits that {@link #replace} gives a lane. */
  public static float of(float x) {
    if (x < UNDERFLOW) {
      return 0;
    }
    if (x > OVERFLOW) {
      return Float.POSITIVE_INFINITY;
    }
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN_2_LOW, Math.fma(n, -LN_2_HIGH, x));
    float twice = Math.fma(r, C6, C5);
    twice = Math.fma(twice, r, C4);
    twice = Math.fma(twice, r, C3);
    twice = Math.fma(twice, r, C2);
    twice = Math.fma(twice, r, 2);
    twice = Math.fma(twice, r, 2);
    return twice * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + (126 << 23));
  }
}
