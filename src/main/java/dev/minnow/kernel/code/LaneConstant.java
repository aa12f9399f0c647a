package dev.minnow.kernel.code;

import java.util.Arrays;

/**
 * A number that a function of machine code computes with in all lanes: in a register of its own, or in memory where the processor has
 * fewer registers.
 *
 * @param register the number of its register, which there may not be
 * @param place where it stands in the code: in all lanes of a vector, if there is no such register
 */
public record LaneConstant(int register, int place) {
  /** Puts numbers into the code that is written next, each for the register of its index. */
  public static LaneConstant[] write(Assembler a, int[] registers, float... values) {
    boolean allInRegisters = Arrays.stream(registers).allMatch(register -> register < a.set().registers);
    int copies = allInRegisters ? 1 : a.set().floats;
    float[] lanes = new float[values.length * copies];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = values[i / copies];
    }
    int place = a.floats(lanes);
    LaneConstant[] constants = new LaneConstant[values.length];
    Arrays.setAll(constants, i -> new LaneConstant(registers[i], place + i * copies * Float.BYTES));
    return constants;
  }

  /** Loads those that have registers. */
  public static void load(Assembler a, LaneConstant... constants) {
    for (LaneConstant constant : constants) {
      if (constant.isInRegister(a.set())) {
        a.vbroadcastss(constant.register, constant.place);
      }
    }
  }

  boolean isInRegister(InstructionSet set) {
    return register < set.registers;
  }

  /** A register that holds it: its own, or {@code scratch}, into which it is loaded. */
  public int inRegister(Assembler a, int scratch) {
    if (isInRegister(a.set())) {
      return register;
    }
    a.vmovups(scratch, place);
    return scratch;
  }

  /** {@code to} = it. */
  public void copy(Assembler a, int to) {
    if (isInRegister(a.set())) {
      a.vmovaps(to, register);
    } else {
      a.vmovups(to, place);
    }
  }
}
