package dev.minnow.kernel;

/** The part of an {@link Assembler} that computes with the lanes of vectors. */
abstract class LaneAssembler extends VectorEncoding {
  LaneAssembler(InstructionSet set) {
    super(set);
  }

  private void constant(int map, int prefix, int opcode, int to, int left, LaneConstant right) {
    if (right.isInRegister(set())) {
      vectorRegisters(map, prefix, 0, opcode, to, left, right.register());
    } else {
      vectorRelative(map, prefix, opcode, to, left, right.place());
    }
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

  void vpaddd(int to, int left, LaneConstant right) {
    constant(MAP_0F, PREFIX_66, 0xFE, to, left, right);
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

  /** The lanes in which left and right compare as the manual's predicate says: bits of a mask, or all bits of a vector's lanes for AVX2. */
  void vcmpps(int mask, int left, int right, int predicate) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0xC2, mask, left, right);
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

  void vsubps(int to, int left, LaneConstant right) {
    constant(MAP_0F, NO_PREFIX, 0x5C, to, left, right);
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

  /** to = left x to + right. */
  void vfmadd213ps(int to, int left, LaneConstant right) {
    constant(MAP_0F38, PREFIX_66, 0xA8, to, left, right);
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

  /** to += left x right. */
  void vfmadd231ps(int to, int left, LaneConstant right) {
    constant(MAP_0F38, PREFIX_66, 0xB8, to, left, right);
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
}
