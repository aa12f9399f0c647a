package dev.minnow.kernel;

/**
 * Writes x86-64 machine code: the few instructions that the programs of fast kernels are made of, one method each, named as Intel's
 * manual names them ("Intel 64 and IA-32 Architectures Software Developer's Manual", volume 2). Operands stand in the manual's order,
 * destination first. Instructions on vectors are those of an {@link InstructionSet}; what only one set has is an error in the other, tiles
 * and masks included.
 */
final class Assembler extends GeneralAssembler {
  /** As an index: none, in the encoding of memory operands. */
  static final Register NO_INDEX = Register.RSP;

  private static final int HIGHEST_OF_VEX = 15;

  private final InstructionSet set;

  /** Writes for vectors of 512 bits. */
  Assembler() {
    this(InstructionSet.AVX512);
  }

  /** @param set whose vectors instructions work on, but for those that only the other one has */
  Assembler(InstructionSet set) {
    this.set = set;
  }

  /** What instructions on vectors are written for. */
  InstructionSet set() {
    return set;
  }

  // Encodings.

  private static final int NO_PREFIX = 0;
  private static final int PREFIX_66 = 1;
  private static final int PREFIX_F3 = 2;
  private static final int PREFIX_F2 = 3;
  private static final int MAP_0F = 1;
  private static final int MAP_0F38 = 2;
  private static final int MAP_0F3A = 3;

  private void only(InstructionSet owner) {
    if (set != owner) {
      throw new IllegalStateException("only " + owner + " has this instruction");
    }
  }

  /** VEX with 128 bits, of tiles and masks. */
  private void vex(int map, int prefix, int vvvv, int index, int base) {
    only(InstructionSet.AVX512);
    vex(map, prefix, 0, 0, vvvv, index, base);
  }

  /** @param length 0 for 128 bits, 1 for 256 */
  private void vex(int map, int prefix, int length, int reg, int vvvv, int index, int base) {
    if (Math.max(Math.max(reg, vvvv), base) > HIGHEST_OF_VEX) {
      throw new IllegalArgumentException("this encoding knows 16 vector registers");
    }
    int high = (reg < 8 ? 0x80 : 0) | (index < 8 ? 0x40 : 0) | (base < 8 ? 0x20 : 0);
    emit(0xC4, high | map, (~vvvv & 15) << 3 | length << 2 | prefix);
  }

  // Tiles.

  /** Loads a tile configuration of 64 bytes from {@code target}, a place in this code. */
  void ldtilecfg(int target) {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0);
    emit(0x49);
    relative(0, target, 0);
  }

  void tilerelease() {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0);
    emit(0x49, 0xC0);
  }

  void tilezero(int tile) {
    vex(MAP_0F38, PREFIX_F2, 0, 0, 0);
    emit(0x49);
    registers(tile, 0);
  }

  /** Loads a tile whose rows lie {@code stride} bytes apart. */
  void tileloadd(int tile, Register base, Register stride, int displacement) {
    tileMemory(PREFIX_F2, tile, base, stride, displacement);
  }

  /** {@link #tileloadd} of what will not be loaded again soon, so that it need not take the place of other lines in the L1 cache. */
  void tileloaddt1(int tile, Register base, Register stride, int displacement) {
    tileMemory(PREFIX_66, tile, base, stride, displacement);
  }

  /** Stores a tile whose rows lie {@code stride} bytes apart. */
  void tilestored(Register base, Register stride, int displacement, int tile) {
    tileMemory(PREFIX_F3, tile, base, stride, displacement);
  }

  private void tileMemory(int prefix, int tile, Register base, Register stride, int displacement) {
    vex(MAP_0F38, prefix, 0, stride.ordinal(), base.ordinal());
    emit(0x4B);
    memory(tile, base, stride, 1, displacement);
  }

  /** to (16 x 16 floats) += left (16 rows x 16 pairs of bfloat16) x right (16 pairs x 16 columns). */
  void tdpbf16ps(int to, int left, int right) {
    vex(MAP_0F38, PREFIX_F3, right, 0, 0);
    emit(0x5C);
    registers(to, left);
  }

  // Masks of 16 lanes.

  void kmovw(int to, Register base, int displacement) {
    vex(MAP_0F, NO_PREFIX, 0, 0, base.ordinal());
    emit(0x90);
    memory(to, base, displacement);
  }

  // Vectors: EVEX for 512 bits, where mask 0 is none, or VEX for 256.

  private void evex(int map, int prefix, int w, int reg, int vvvv, int rmBit3, int rmBit4, int mask, boolean zeroing) {
    only(InstructionSet.AVX512);
    int p0 = map | (reg & 8) << 4 ^ 0x80 | rmBit4 << 6 ^ 0x40 | rmBit3 << 5 ^ 0x20 | reg & 16 ^ 16;
    int p1 = w << 7 | (~vvvv & 15) << 3 | 4 | prefix;
    int p2 = (zeroing ? 0x80 : 0) | 0x40 | (vvvv & 16) >> 1 ^ 8 | mask;
    emit(0x62, p0, p1, p2);
  }

  private void vectorRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm) {
    if (set == InstructionSet.AVX512) {
      evexRegisters(map, prefix, w, opcode, reg, vvvv, rm, 0, false);
    } else {
      vex(map, prefix, 1, reg, vvvv, 0, rm);
      emit(opcode);
      registers(reg, rm);
    }
  }

  private void evexRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm) {
    evexRegisters(map, prefix, w, opcode, reg, vvvv, rm, 0, false);
  }

  private void evexRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm, int mask, boolean zeroing) {
    evex(map, prefix, w, reg, vvvv, rm >> 3 & 1, rm >> 4 & 1, mask, zeroing);
    emit(opcode);
    registers(reg, rm);
  }

  private void vectorMemory(int map, int prefix, int opcode, int reg, int vvvv, Register base, int displacement) {
    if (set == InstructionSet.AVX512) {
      evexMemory(map, prefix, 0, opcode, reg, vvvv, base, displacement, 0, false);
    } else {
      vex(map, prefix, 1, reg, vvvv, 0, base.ordinal());
      emit(opcode);
      memory(reg, base, displacement);
    }
  }

  private void evexMemory(
      int map, int prefix, int w, int opcode, int reg, int vvvv, Register base, int displacement, int mask, boolean zeroing) {
    evex(map, prefix, w, reg, vvvv, base.ordinal() >> 3, 0, mask, zeroing);
    emit(opcode);
    memory(reg, base, displacement);
  }

  private void vectorRelative(int map, int prefix, int opcode, int reg, int target) {
    if (set == InstructionSet.AVX512) {
      evex(map, prefix, 0, reg, 0, 0, 0, 0, false);
    } else {
      vex(map, prefix, 1, reg, 0, 0, 0);
    }
    emit(opcode);
    relative(reg, target, 0);
  }

  /** Loads a vector. */
  void vmovups(int to, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x10, to, 0, base, displacement);
  }

  /** Loads the lanes of a mask and leaves the others as they are. */
  void vmovupsMasked(int to, int mask, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x10, to, 0, base, displacement, mask, false);
  }

  /** Loads a vector from {@code target}, a place in this code. */
  void vmovups(int to, int target) {
    vectorRelative(MAP_0F, NO_PREFIX, 0x10, to, target);
  }

  /** Stores a vector. */
  void vmovupsStore(Register base, int displacement, int from) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x11, from, 0, base, displacement);
  }

  /** Stores the lanes of a mask. */
  void vmovupsStoreMasked(Register base, int displacement, int mask, int from) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x11, from, 0, base, displacement, mask, false);
  }

  /** Stores lane 0 of one of the first 16 registers. */
  void vmovssStore(Register base, int displacement, int from) {
    vex(MAP_0F, PREFIX_F3, 0, from, 0, 0, base.ordinal());
    emit(0x11);
    memory(from, base, displacement);
  }

  void vmovaps(int to, int from) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from);
  }

  /** The lanes of a mask; the others stay as they are. */
  void vmovapsMasked(int to, int mask, int from) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from, mask, false);
  }

  /** Zeros where the mask has none. */
  void vmovapsZeroing(int to, int mask, int from) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from, mask, true);
  }

  /** All lanes = a float in memory. */
  void vbroadcastss(int to, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0x18, to, 0, base, displacement);
  }

  /** All lanes = the float at {@code target}, a place in this code. */
  void vbroadcastss(int to, int target) {
    vectorRelative(MAP_0F38, PREFIX_66, 0x18, to, target);
  }

  /** The quarters of a mask = 16 bytes in memory, {@code times} (1, 2, 4 or 8) the index after the base; other lanes stay as they are. */
  void vbroadcastf32x4(int to, int mask, Register base, Register index, int times) {
    evex(MAP_0F38, PREFIX_66, 0, to, 0, base.ordinal() >> 3, index.ordinal() >> 3, mask, false);
    emit(0x1A);
    memory(to, base, index, times, 0);
  }

  /** The lower half of 256 bits = 16 bytes in memory, {@code times} the index after the base, the upper one zeros. */
  void vmovups128(int to, Register base, Register index, int times) {
    only(InstructionSet.AVX2);
    vex(MAP_0F, NO_PREFIX, 0, to, 0, index.ordinal(), base.ordinal());
    emit(0x10);
    memory(to, base, index, times, 0);
  }

  /** The upper half of 256 bits = 16 bytes in memory, {@code times} the index after the base. */
  void vinsertf128(int to, Register base, Register index, int times) {
    only(InstructionSet.AVX2);
    vex(MAP_0F3A, PREFIX_66, 1, to, to, index.ordinal(), base.ordinal());
    emit(0x18);
    memory(to, base, index, times, 0);
    emit(1);
  }

  /** Zeros. */
  void vpxord(int to) {
    vpxord(to, to, to);
  }

  void vpxord(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0xEF, to, left, right);
  }

  void vpaddd(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0xFE, to, left, right);
  }

  void vpmulld(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0x40, to, left, right);
  }

  /** Shifts to the right, zeros from the left. */
  void vpsrld(int to, int from, int bits) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x72, 2, to, from);
    emit(bits);
  }

  void vpslld(int to, int from, int bits) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x72, 6, to, from);
    emit(bits);
  }

  /** The lanes in which left, unsigned, is not below right. */
  void vpcmpnltud(int mask, int left, int right) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x1E, mask, left, right);
    emit(5);
  }

  /** The lanes in which left and right compare as the manual's predicate says. */
  void vcmpps(int mask, int left, int right, int predicate) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0xC2, mask, left, right);
    emit(predicate);
  }

  /** A byte in memory for each lane, widened with its sign. */
  void vpmovsxbd(int to, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0x21, to, 0, base, displacement);
  }

  /** Floats of integers. */
  void vcvtdq2ps(int to, int from) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5B, to, 0, from);
  }

  /** A word of 2 bytes in memory for each lane, widened with zeros. */
  void vpmovzxwd(int to, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0x33, to, 0, base, displacement);
  }

  void vaddps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x58, to, left, right);
  }

  void vaddps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x58, to, left, base, displacement);
  }

  void vsubps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5C, to, left, right);
  }

  void vmulps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x59, to, left, right);
  }

  void vmulps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x59, to, left, base, displacement);
  }

  void vdivps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5E, to, left, right);
  }

  /** The second where either is NaN. */
  void vminps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5D, to, left, right);
  }

  /** The second where either is NaN. */
  void vmaxps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5F, to, left, right);
  }

  void vmaxps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x5F, to, left, base, displacement);
  }

  /** to = left x to + right. */
  void vfmadd213ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xA8, to, left, right);
  }

  void vfmadd213ps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0xA8, to, left, base, displacement);
  }

  /** to = left x to - right. */
  void vfmsub213ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xAA, to, left, right);
  }

  /** to = right - left x to. */
  void vfnmadd213ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xAC, to, left, right);
  }

  /** to += left x right. */
  void vfmadd231ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xB8, to, left, right);
  }

  /** The nearest integer, of two the even one. */
  void vrndscaleps(int to, int from) {
    vectorRegisters(MAP_0F3A, PREFIX_66, 0, 0x08, to, 0, from);
    emit(8);
  }

  /** to = left x 2 to the power of right's integer part. */
  void vscalefps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x2C, to, left, right);
  }

  /** The exponent, as a float. */
  void vgetexpps(int to, int from) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x42, to, 0, from);
  }

  /** The mantissa, from 1 to 2. */
  void vgetmantps(int to, int from) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x26, to, 0, from);
    emit(0);
  }

  /** The reciprocal to 14 bits. */
  void vrcp14ps(int to, int from) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x4C, to, 0, from);
  }

  /** 32 bfloat16: the lower half rounds {@code low}, the upper one {@code high}. */
  void vcvtne2ps2bf16(int to, int high, int low) {
    evexRegisters(MAP_0F38, PREFIX_F2, 0, 0x72, to, high, low);
  }

  /** Each float of {@code to} += the products of two pairs of bfloat16. */
  void vdpbf16ps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_F3, 0, 0x52, to, left, right);
  }

  void vdpbf16ps(int to, int left, Register base, int displacement) {
    evexMemory(MAP_0F38, PREFIX_F3, 0, 0x52, to, left, base, displacement, 0, false);
  }

  /** Words of {@code to} (0 to 31) and {@code other} (32 to 63), as the words of {@code indices} number them. */
  void vpermt2w(int to, int indices, int other) {
    evexRegisters(MAP_0F38, PREFIX_66, 1, 0x7D, to, indices, other);
  }

  void vpunpckldq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x62, to, left, right);
  }

  void vpunpckhdq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x6A, to, left, right);
  }

  void vpunpcklqdq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 1, 0x6C, to, left, right);
  }

  void vpunpckhqdq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 1, 0x6D, to, left, right);
  }

  /** Within each quarter, the lanes that the pairs of bits of {@code lanes} number. */
  void vpermilps(int to, int from, int lanes) {
    vectorRegisters(MAP_0F3A, PREFIX_66, 0, 0x04, to, 0, from);
    emit(lanes);
  }

  /** Two quarters of {@code left}, then two of {@code right}, as the pairs of bits of {@code quarters} number them. */
  void vshufi32x4(int to, int left, int right, int quarters) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x43, to, left, right);
    emit(quarters);
  }

  /** Halves of 256 bits: as the lowest two bits of {@code halves}, and the two above the next two, number those of left and right. */
  void vperm2f128(int to, int left, int right, int halves) {
    only(InstructionSet.AVX2);
    vex(MAP_0F3A, PREFIX_66, 1, to, left, 0, right);
    emit(0x06);
    registers(to, right);
    emit(halves);
  }

  /** Clears the upper parts of vector registers, which code of other compilers may expect. */
  void vzeroupper() {
    emit(0xC5, 0xF8, 0x77);
  }
}
