package dev.minnow.kernel;

/** {@link Exponentials#replace}, to the last bit, for use within functions of machine code on vectors of 16 floats. */
final class ExponentialCode {
  /** The first of the registers that hold constants once {@link #load} was written, up to the last of all. */
  private static final int FIRST_CONSTANT = 17;

  private static final int LOG2_E = FIRST_CONSTANT;
  private static final int ROUNDER = FIRST_CONSTANT + 1;
  private static final int MINUS_LN_2_HIGH = FIRST_CONSTANT + 2;
  private static final int MINUS_LN_2_LOW = FIRST_CONSTANT + 3;
  private static final int C6 = FIRST_CONSTANT + 4;
  private static final int C5 = FIRST_CONSTANT + 5;
  private static final int C4 = FIRST_CONSTANT + 6;
  private static final int C3 = FIRST_CONSTANT + 7;
  private static final int C2 = FIRST_CONSTANT + 8;
  private static final int TWO = FIRST_CONSTANT + 9;
  private static final int UNDERFLOW = FIRST_CONSTANT + 10;
  private static final int OVERFLOW = FIRST_CONSTANT + 11;
  private static final int ZERO = FIRST_CONSTANT + 12;
  private static final int INFINITY = FIRST_CONSTANT + 13;
  private static final int HALF_POWER = FIRST_CONSTANT + 14;

  private static final float[] CONSTANTS = {
      Exponentials.LOG2_E,
      Exponentials.ROUNDER,
      -Exponentials.LN_2_HIGH,
      -Exponentials.LN_2_LOW,
      Exponentials.C6,
      Exponentials.C5,
      Exponentials.C4,
      Exponentials.C3,
      Exponentials.C2,
      2,
      Exponentials.UNDERFLOW,
      Exponentials.OVERFLOW,
      0,
      Float.POSITIVE_INFINITY,
      0.5f
  };

  /** The bits of a float that hold its fraction. */
  private static final int FRACTION_BITS = 23;

  private static final int IS_LESS = 1;
  private static final int IS_GREATER = 14;

  private final Assembler a;
  private final int constants;

  /** Puts the constants before the code that is written next. */
  ExponentialCode(Assembler assembler) {
    this.a = assembler;
    this.constants = assembler.floats(CONSTANTS);
  }

  /** Loads the constants. */
  void load() {
    for (int i = 0; i < CONSTANTS.length; i++) {
      a.vbroadcastss(FIRST_CONSTANT + i, constants + i * Float.BYTES);
    }
  }

  /**
   * The register's numbers become their exponentials.
   *
   * @param scratch three registers that are lost
   * @param under a mask that is lost
   * @param over another
   */
  void replace(int x, int[] scratch, int under, int over) {
    int shifted = scratch[0];
    int n = scratch[1];
    int twice = scratch[2];
    a.vcmpps(under, x, UNDERFLOW, IS_LESS);
    a.vcmpps(over, x, OVERFLOW, IS_GREATER);
    a.vmovaps(shifted, x);
    a.vfmadd213ps(shifted, LOG2_E, ROUNDER);
    a.vsubps(n, shifted, ROUNDER);
    a.vfmadd231ps(x, n, MINUS_LN_2_HIGH);
    a.vfmadd231ps(x, n, MINUS_LN_2_LOW);
    a.vmovaps(twice, C6);
    for (int coefficient : new int[] {C5, C4, C3, C2, TWO, TWO}) {
      a.vfmadd213ps(twice, x, coefficient);
    }
    // The power's place is that of a float's exponent, whose zero is that of 1; twice as much is to become half of it.
    a.vpslld(shifted, shifted, FRACTION_BITS);
    a.vpaddd(shifted, shifted, HALF_POWER);
    a.vmulps(x, twice, shifted);
    a.vmovapsMasked(x, under, ZERO);
    a.vmovapsMasked(x, over, INFINITY);
  }
}
