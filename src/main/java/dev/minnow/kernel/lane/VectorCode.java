package dev.minnow.kernel.lane;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.code.MachineCode;
import dev.minnow.kernel.code.Register;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * What functions on vectors have in common, as machine code: their constants, powers of two, and sums over lanes; all but the last of these
 * for vectors of 512 bits only. Registers from {@link #FIRST_CONSTANT} on hold constants once {@link #loadPowers} was written.
 */
public final class VectorCode {
  public static final int VECTOR_BYTES = 64;

  /** Floats in a vector. */
  public static final int FLOATS = VECTOR_BYTES / Float.BYTES;

  /** Registers from here on are this class's. */
  static final int FIRST_CONSTANT = 26;

  private static final int ONE = 31;
  private static final int SWAP_HALVES = 0b01_00_11_10;
  private static final int SWAP_NEIGHBOURS = 0b10_11_00_01;

  /** Coefficients of (2^f - 1) / f for -0.5 <= f <= 0.5, by reweighted least squares; 2^f errs by 2.9e-7. */
  private static final float[] POWERS =
      {0x1.62e430p-1f, 0x1.ebfa4ap-3f, 0x1.c6aeecp-5f, 0x1.3cbf6ap-7f, 0x1.5f48cep-10f};

  /** Coefficients of 2 artanh(z), from z^11 down to z. */
  private static final float[] LOGARITHM = {2f / 11, 2f / 9, 2f / 7, 2f / 5, 2f / 3, 2};

  private static final @Nullable InstructionSet SET = find();

  private static @Nullable InstructionSet find() {
    for (InstructionSet set : InstructionSet.values()) {
      // The JVM prefers no vectors that the system does not save.
      boolean isSaved = FloatVector.SPECIES_PREFERRED.length() >= set.floats;
      if (set.floats == Lanes.COUNT && isSaved && set.isInProcessor()) {
        return set;
      }
    }
    return null;
  }

  /** The one whose vectors have the width of {@link Lanes}, or null where the system takes no machine code or the processor has it not. */
  public static @Nullable InstructionSet set() {
    return SET;
  }

  /**
   * Functions of vectors as wide as {@link Lanes}, or none where the processor has no such vectors or the system allows no executable
   * memory: what calls them has loops that do the same.
   *
   * @param programs that write one function each and return where it begins
   * @param binding makes a function of Java from the code and that place
   */
  public static List<MethodHandle> functions(List<ToIntFunction<Assembler>> programs,
      BiFunction<MachineCode, Integer, MethodHandle> binding) {
    if (SET == null) {
      return List.of();
    }
    Assembler assembler = new Assembler(SET);
    List<Integer> entries = programs.stream().map(program -> program.applyAsInt(assembler)).toList();
    MachineCode code = new MachineCode(assembler.toBytes());
    return code.isRefused() ? List.of() : entries.stream().map(entry -> binding.apply(code, entry)).toList();
  }

  private final Assembler a;
  private final int powers;
  private final int one;
  private final int firstLane;

  /** Puts the constants before the code that is written next. */
  public VectorCode(Assembler assembler) {
    this.a = assembler;
    this.powers = a.floats(POWERS);
    this.one = a.floats(1);
    this.firstLane = a.integers(1);
  }

  /** Loads the constants of {@link #powers}. */
  public void loadPowers() {
    for (int i = 0; i < POWERS.length; i++) {
      a.vbroadcastss(FIRST_CONSTANT + i, powers + i * Float.BYTES);
    }
    a.vbroadcastss(ONE, one);
  }

  /** A mask = lane 0 alone; {@code scratch} is lost. */
  public void loadFirstLane(int mask, Register scratch) {
    a.lea(scratch, firstLane);
    a.kmovw(mask, scratch, 0);
  }

  /** The register that holds 1 in each lane. */
  public static int one() {
    return ONE;
  }

  /** Each of {@code registers} = 2 to its power; twice as many {@code scratch} registers are lost. */
  public void powers(int[] registers, int[] scratch) {
    int count = registers.length;
    for (int i = 0; i < count; i++) {
      a.vrndscaleps(scratch[i], registers[i]);
      a.vsubps(registers[i], registers[i], scratch[i]);
      a.vmovaps(scratch[count + i], FIRST_CONSTANT + POWERS.length - 1);
    }
    for (int power = POWERS.length - 2; power >= 0; power--) {
      for (int i = 0; i < count; i++) {
        a.vfmadd213ps(scratch[count + i], registers[i], FIRST_CONSTANT + power);
      }
    }
    for (int i = 0; i < count; i++) {
      a.vfmadd213ps(registers[i], scratch[count + i], ONE);
      a.vscalefps(registers[i], registers[i], scratch[i]);
    }
  }

  /**
   * Each of {@code registers} = 1 / (1 + 2 to its power), the power limited to what registers {@code lower} and {@code upper} hold; the
   * reciprocal is right to 28 bits, by one step of Newton's from 14. Twice as many {@code scratch} registers are lost.
   *
   * @param two a register that holds 2 in each lane
   */
  public void logistic(int[] registers, int[] scratch, int lower, int upper, int two) {
    for (int register : registers) {
      // Of two numbers the second one comes out where one is NaN.
      a.vminps(register, upper, register);
      a.vmaxps(register, lower, register);
    }
    powers(registers, scratch);
    for (int i = 0; i < registers.length; i++) {
      a.vaddps(registers[i], registers[i], ONE);
      a.vrcp14ps(scratch[i], registers[i]);
      a.vfnmadd213ps(registers[i], scratch[i], two);
      a.vmulps(registers[i], registers[i], scratch[i]);
    }
  }

  /** Two registers = 32 numbers of bfloat16 in memory. */
  public void widen(int low, int high, Register from) {
    a.vpmovzxwd(low, from, 0);
    a.vpmovzxwd(high, from, VECTOR_BYTES / 2);
    a.vpslld(low, low, 16);
    a.vpslld(high, high, 16);
  }

  /** Two registers = numbers in memory, of floats for any set. */
  public void load(NumberForm form, int low, int high, Register from) {
    switch (form) {
      case FLOATS -> {
        a.vmovups(low, from, 0);
        a.vmovups(high, from, a.set().vectorBytes);
      }
      case BFLOATS -> widen(low, high, from);
    }
  }

  /** The reverse; the lower register may be lost. */
  public void store(NumberForm form, Register to, int low, int high) {
    switch (form) {
      case FLOATS -> {
        a.vmovupsStore(to, 0, low);
        a.vmovupsStore(to, a.set().vectorBytes, high);
      }
      case BFLOATS -> {
        a.vcvtne2ps2bf16(low, high, low);
        a.vmovupsStore(to, 0, low);
      }
    }
  }

  /** Puts the constants of {@link #logarithm} into the code; returns their place. */
  public int logarithmConstants() {
    return a.floats(LOGARITHM);
  }

  /**
   * {@code register} = its natural logarithm: ln(2^e m) = e ln 2 + 2 artanh((m - 1) / (m + 1)), by the series of artanh up to z^11, which
   * errs by less than 1e-7; four {@code scratch} registers are lost.
   *
   * @param ln2 a register of ln 2 in each lane
   * @param constants place of the series
   */
  public void logarithm(int register, int[] scratch, int ln2, int constants) {
    int exponent = scratch[0];
    int z = scratch[1];
    int square = scratch[2];
    int coefficient = scratch[3];
    a.vgetexpps(exponent, register);
    a.vgetmantps(register, register);
    a.vsubps(z, register, ONE);
    a.vaddps(register, register, ONE);
    a.vdivps(z, z, register);
    a.vmulps(square, z, z);
    a.vbroadcastss(register, constants);
    for (int i = 1; i < LOGARITHM.length; i++) {
      a.vbroadcastss(coefficient, constants + i * Float.BYTES);
      a.vfmadd213ps(register, square, coefficient);
    }
    a.vmulps(register, register, z);
    a.vfmadd231ps(register, exponent, ln2);
  }

  /** All lanes of {@code register} = the sum of its lanes, halves first; {@code scratch} is lost. */
  public void sumOfLanes(int register, int scratch) {
    reduceLanes(register, scratch, () -> a.vaddps(register, register, scratch));
  }

  /** All lanes of {@code register} = the largest of its lanes; {@code scratch} is lost. */
  public void maximumOfLanes(int register, int scratch) {
    reduceLanes(register, scratch, () -> a.vmaxps(register, register, scratch));
  }

  /** @param combine the register with the scratch, which holds its halves, quarters and so on in each other's place */
  private void reduceLanes(int register, int scratch, Runnable combine) {
    if (a.set() == InstructionSet.AVX512) {
      a.vshufi32x4(scratch, register, register, SWAP_HALVES);
      combine.run();
      a.vshufi32x4(scratch, register, register, SWAP_NEIGHBOURS);
    } else {
      a.vperm2f128(scratch, register, register, 1);
    }
    combine.run();
    a.vpermilps(scratch, register, SWAP_HALVES);
    combine.run();
    a.vpermilps(scratch, register, SWAP_NEIGHBOURS);
    combine.run();
  }
}
