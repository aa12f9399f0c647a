package dev.minnow.kernel.code;

/**
 * The part of an {@link Assembler} that knows how instructions on vectors are encoded: by EVEX for 512 bits, where mask 0 is none, or by
 * VEX for 256; tiles and masks by VEX for 128.
 */
public abstract class VectorEncoding extends GeneralAssembler {
  static final int NO_PREFIX = 0;
  static final int PREFIX_66 = 1;
  static final int PREFIX_F3 = 2;
  static final int PREFIX_F2 = 3;
  static final int MAP_0F = 1;
  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;

  private static final int HIGHEST_OF_VEX = 15;

  private final InstructionSet set;

  VectorEncoding(InstructionSet set) {
    this.set = set;
  }

  /** What instructions on vectors are written for. */
  public InstructionSet set() {
    return set;
  }

  public final void only(InstructionSet owner) {
    if (set != owner) {
      throw new IllegalStateException("only " + owner + " has this instruction");
    }
  }

  /** VEX with 128 bits, of tiles and masks. */
  final void vex(int map, int prefix, int vvvv, int index, int base) {
    only(InstructionSet.AVX512);
    vex(map, prefix, 0, 0, vvvv, index, base);
  }

  /** @param length 0 for 128 bits, 1 for 256 */
  final void vex(int map, int prefix, int length, int reg, int vvvv, int index, int base) {
    if (Math.max(Math.max(reg, vvvv), base) > HIGHEST_OF_VEX) {
      throw new IllegalArgumentException("this encoding knows 16 vector registers");
    }
    int high = (reg < 8 ? 0x80 : 0) | (index < 8 ? 0x40 : 0) | (base < 8 ? 0x20 : 0);
    emit(0xC4, high | map, (~vvvv & 15) << 3 | length << 2 | prefix);
  }

  final void evex(int map, int prefix, int w, int reg, int vvvv, int rmBit3, int rmBit4, int mask, boolean zeroing) {
    only(InstructionSet.AVX512);
    int p0 = map | (reg & 8) << 4 ^ 0x80 | rmBit4 << 6 ^ 0x40 | rmBit3 << 5 ^ 0x20 | reg & 16 ^ 16;
    int p1 = w << 7 | (~vvvv & 15) << 3 | 4 | prefix;
    int p2 = (zeroing ? 0x80 : 0) | 0x40 | (vvvv & 16) >> 1 ^ 8 | mask;
    emit(0x62, p0, p1, p2);
  }

  final void vectorRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm) {
    if (set == InstructionSet.AVX512) {
      evexRegisters(map, prefix, w, opcode, reg, vvvv, rm, 0, false);
    } else {
      vex(map, prefix, 1, reg, vvvv, 0, rm);
      emit(opcode);
      registers(reg, rm);
    }
  }

  final void evexRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm) {
    evexRegisters(map, prefix, w, opcode, reg, vvvv, rm, 0, false);
  }

  final void evexRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm, int mask, boolean zeroing) {
    evex(map, prefix, w, reg, vvvv, rm >> 3 & 1, rm >> 4 & 1, mask, zeroing);
    emit(opcode);
    registers(reg, rm);
  }

  final void vectorMemory(int map, int prefix, int opcode, int reg, int vvvv, Register base, int displacement) {
    if (set == InstructionSet.AVX512) {
      evexMemory(map, prefix, 0, opcode, reg, vvvv, base, displacement, 0, false);
    } else {
      vex(map, prefix, 1, reg, vvvv, 0, base.ordinal());
      emit(opcode);
      memory(reg, base, displacement);
    }
  }

  final void evexMemory(
      int map, int prefix, int w, int opcode, int reg, int vvvv, Register base, int displacement, int mask, boolean zeroing) {
    evex(map, prefix, w, reg, vvvv, base.ordinal() >> 3, 0, mask, zeroing);
    emit(opcode);
    memory(reg, base, displacement);
  }

  final void vectorRelative(int map, int prefix, int opcode, int reg, int vvvv, int target) {
    if (set == InstructionSet.AVX512) {
      evex(map, prefix, 0, reg, vvvv, 0, 0, 0, false);
    } else {
      vex(map, prefix, 1, reg, vvvv, 0, 0);
    }
    emit(opcode);
    relative(reg, target, 0);
  }
}
