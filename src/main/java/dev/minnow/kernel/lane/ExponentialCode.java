package dev.minnow.kernel.lane;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.LaneConstant;
import java.util.stream.IntStream;

/** {@link Exponentials#replace}, to the last bit, for use within functions of machine code. */
public final class ExponentialCode {
  /** The first of the registers that hold constants once {@link #load} was written, up to the last of all; 16 registers hold none. */
  private static final int FIRST_CONSTANT = 17;

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

  private static final int LOG2_E = 0;
  private static final int ROUNDER = 1;
  private static final int MINUS_LN_2_HIGH = 2;
  private static final int MINUS_LN_2_LOW = 3;
  private static final int C6 = 4;
  private static final int C5 = 5;
  private static final int C4 = 6;
  private static final int C3 = 7;
  private static final int C2 = 8;
  private static final int TWO = 9;
  private static final int UNDERFLOW = 10;
  private static final int OVERFLOW = 11;
  private static final int ZERO = 12;
  private static final int INFINITY = 13;
  private static final int HALF_POWER = 14;

  /** The bits of a float that hold its fraction. */
  private static final int FRACTION_BITS = 23;

  private static final int IS_LESS = 1;
  private static final int IS_GREATER = 14;

  private final Assembler a;
  private final LaneConstant[] constants;

  /** Puts the constants before the code that is written next. */
  public ExponentialCode(Assembler assembler) {
    this.a = assembler;
    int[] registers = IntStream.range(FIRST_CONSTANT, FIRST_CONSTANT + CONSTANTS.length).toArray();
    this.constants = LaneConstant.write(assembler, registers, CONSTANTS);
  }

  /** Loads the constants. */
  public void load() {
    LaneConstant.load(a, constants);
  }

  /**
   * The register's numbers become their exponentials.
   *
   * @param scratch three registers that are lost
   * @param under a mask that is lost, or a register for AVX2
   * @param over another
   */
  public void replace(int x, int[] scratch, int under, int over) {
    int shifted = scratch[0];
    int n = scratch[1];
    int twice = scratch[2];
    a.vcmpps(under, x, constants[UNDERFLOW].inRegister(a, shifted), IS_LESS);
    a.vcmpps(over, x, constants[OVERFLOW].inRegister(a, shifted), IS_GREATER);
    constants[LOG2_E].copy(a, shifted);
    a.vfmadd213ps(shifted, x, constants[ROUNDER]);
    a.vsubps(n, shifted, constants[ROUNDER]);
    a.vfmadd231ps(x, n, constants[MINUS_LN_2_HIGH]);
    a.vfmadd231ps(x, n, constants[MINUS_LN_2_LOW]);
    constants[C6].copy(a, twice);
    for (int coefficient : new int[] {C5, C4, C3, C2, TWO, TWO}) {
      a.vfmadd213ps(twice, x, constants[coefficient]);
    }
    // The power's place is that of a float's exponent, whose zero is that of 1; twice as much is to become half of it.
    a.vpslld(shifted, shifted, FRACTION_BITS);
    a.vpaddd(shifted, shifted, constants[HALF_POWER]);
    a.vmulps(x, twice, shifted);
    set(x, under, constants[ZERO], shifted);
    set(x, over, constants[INFINITY], shifted);
  }

  /** The lanes that a comparison found become a constant. */
  private void set(int x, int mask, LaneConstant constant, int scratch) {
    int value = constant.inRegister(a, scratch);
    switch (a.set()) {
      case AVX2 -> a.vblendvps(x, x, value, mask);
      case AVX512 -> a.vmovapsMasked(x, mask, value);
    }
  }
}
