package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exponential and logarithm of add, multiply and fused multiply-add only, so that a lane gets the same bits in the interpreter, compiled
 * and in the scalar form beside it, on every CPU. {@code lanewise(EXP)} and {@code Math.exp} promise no such thing.
 */
final class VectorMath {
  /** Adding it rounds to an integer, which then stands in the low bits: 1.5 x 2^23. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final float LOG2_E = 0x1.715476p+0f;

  /** The logarithm of 2 in two floats. */
  private static final float LN_2_HIGH = 0x1.62e43p-1f;

  private static final float LN_2_LOW = -0x1.05c61p-29f;

  /** Above it the exponential rounds to infinity. */
  private static final float EXP_OVERFLOW = 0x1.62e42ep6f;

  /** Below it, at 2^-125.4, the exponential is taken as 0: its power of two would leave the normal numbers. */
  private static final float EXP_UNDERFLOW = -86.9f;

  /** Twice the coefficients of (e^r - 1 - r) / r^2 by Remez' algorithm on [-ln(2)/2, ln(2)/2]; they err by 6e-8 there. */
  private static final float EXP_2 = 2 * 0x1p-1f;

  private static final float EXP_3 = 2 * 0x1.5554dcp-3f;
  private static final float EXP_4 = 2 * 0x1.5554b8p-5f;
  private static final float EXP_5 = 2 * 0x1.120ba6p-7f;
  private static final float EXP_6 = 2 * 0x1.6d7594p-10f;

  /** The bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)). */
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  /** Coefficients of (log(1 + f) - f + f^2/2) / f^3 by Remez' algorithm on [sqrt(1/2) - 1, sqrt(2) - 1]. */
  private static final float LOG_3 = 0x1.55554ap-2f;

  private static final float LOG_4 = -0x1.00020ep-2f;
  private static final float LOG_5 = 0x1.99a58ap-3f;
  private static final float LOG_6 = -0x1.547cd8p-3f;
  private static final float LOG_7 = 0x1.2270c8p-3f;
  private static final float LOG_8 = -0x1.0cbcc4p-3f;
  private static final float LOG_9 = 0x1.07b702p-3f;
  private static final float LOG_10 = -0x1.426586p-4f;

  private VectorMath() {}

  /**
   * e^x to about one unit in the last place: e^x = 2^n e^r with n = round(x / ln 2) and a polynomial for e^r. Results below 2^-125.4 are
   * 0, those above the largest float infinite; NaN stays NaN.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(broadcast(LOG2_E), broadcast(ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(broadcast(-LN_2_LOW), n.fma(broadcast(-LN_2_HIGH), x));
    FloatVector twice =
        r.fma(broadcast(EXP_6), broadcast(EXP_5))
            .fma(r, broadcast(EXP_4))
            .fma(r, broadcast(EXP_3))
            .fma(r, broadcast(EXP_2))
            .fma(r, broadcast(2))
            .fma(r, broadcast(2));
    // Twice e^r times 2^(n - 1), because 2^n has no float where n is 128.
    IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(126 << 23);
    FloatVector result = twice.mul(bits.reinterpretAsFloats());
    return result
        .blend(0, x.compare(VectorOperators.LT, EXP_UNDERFLOW))
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_OVERFLOW));
  }

  /** The bits of {@link #exp(FloatVector)}, for remainders. */
  static float exp(float x) {
    if (x < EXP_UNDERFLOW) {
      return 0;
    }
    if (x > EXP_OVERFLOW) {
      return Float.POSITIVE_INFINITY;
    }
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN_2_LOW, Math.fma(n, -LN_2_HIGH, x));
    float twice = Math.fma(r, EXP_6, EXP_5);
    twice = Math.fma(twice, r, EXP_4);
    twice = Math.fma(twice, r, EXP_3);
    twice = Math.fma(twice, r, EXP_2);
    twice = Math.fma(twice, r, 2);
    twice = Math.fma(twice, r, 2);
    return twice * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + (126 << 23));
  }

  /**
   * The natural logarithm of normal positive numbers, to about one unit in the last place where it is not near 0; infinity gives infinity
   * and NaN gives NaN. x = 2^n (1 + f), and a polynomial for log(1 + f).
   */
  static FloatVector log(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1);
    FloatVector n = exponent.add(Float.floatToRawIntBits(ROUNDER)).reinterpretAsFloats().sub(ROUNDER);
    FloatVector cubic =
        f.fma(broadcast(LOG_10), broadcast(LOG_9))
            .fma(f, broadcast(LOG_8))
            .fma(f, broadcast(LOG_7))
            .fma(f, broadcast(LOG_6))
            .fma(f, broadcast(LOG_5))
            .fma(f, broadcast(LOG_4))
            .fma(f, broadcast(LOG_3));
    FloatVector squared = f.mul(f);
    FloatVector beyond = squared.fma(cubic.mul(f).add(-0.5f), n.mul(LN_2_LOW));
    FloatVector result = n.fma(broadcast(LN_2_HIGH), f.add(beyond));
    return result.blend(x, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
