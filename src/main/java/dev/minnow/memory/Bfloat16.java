package dev.minnow.memory;

/** The upper half of a float: its sign, its exponent and 7 bits of its mantissa. */
public final class Bfloat16 {
  private static final int LOWER_HALF = 0x7FFF;
  private static final short QUIET_NAN = 0x7FC0;

  private Bfloat16() {}

  /** The nearest; of two equally near ones the even one. NaN stays NaN. */
  public static short of(float value) {
    if (Float.isNaN(value)) {
      return QUIET_NAN;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + LOWER_HALF + (bits >>> 16 & 1)) >>> 16);
  }

  /** The float of the same value. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The float of the nearest value. */
  public static float round(float value) {
    return toFloat(of(value));
  }
}
