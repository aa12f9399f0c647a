package dev.minnow.kernel.code;

/** The part of an {@link Assembler} that computes with the lanes of vectors. */
public abstract class LaneAssembler extends VectorEncoding {
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
  public void vpxord(int to) {
    vpxord(to, to, to);
  }

  public void vpxord(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0xEF, to, left, right);
  }

  public void vpaddd(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0xFE, to, left, right);
  }

  public void vpaddd(int to, int left, LaneConstant right) {
    constant(MAP_0F, PREFIX_66, 0xFE, to, left, right);
  }

  public void vpsubd(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0xFA, to, left, right);
  }

  /** The bits of right that left has not. */
  public void vpandnd(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0xDF, to, left, right);
  }

  public void vpmulld(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0x40, to, left, right);
  }

  /** Shifts to the right, zeros from the left. */
  public void vpsrld(int to, int from, int bits) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x72, 2, to, from);
    emit(bits);
  }

  /** Shifts to the right, copies of the sign from the left. */
  public void vpsrad(int to, int from, int bits) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x72, 4, to, from);
    emit(bits);
  }

  public void vpslld(int to, int from, int bits) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x72, 6, to, from);
    emit(bits);
  }

  /** The lanes in which left, unsigned, is not below right. */
  public void vpcmpnltud(int mask, int left, int right) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x1E, mask, left, right);
    emit(5);
  }

  /** The lanes in which left and right compare as the manual's predicate says: bits of a mask, or all bits of a vector's lanes for AVX2. */
  public void vcmpps(int mask, int left, int right, int predicate) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0xC2, mask, left, right);
    emit(predicate);
  }

  /** A byte in memory for each lane, widened with its sign. */
  public void vpmovsxbd(int to, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0x21, to, 0, base, displacement);
  }

  /** Floats of integers. */
  public void vcvtdq2ps(int to, int from) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5B, to, 0, from);
  }

  /** A word of 2 bytes in memory for each lane, widened with zeros. */
  public void vpmovzxwd(int to, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0x33, to, 0, base, displacement);
  }

  public void vaddps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x58, to, left, right);
  }

  public void vaddps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x58, to, left, base, displacement);
  }

  public void vsubps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5C, to, left, right);
  }

  public void vsubps(int to, int left, LaneConstant right) {
    constant(MAP_0F, NO_PREFIX, 0x5C, to, left, right);
  }

  public void vmulps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x59, to, left, right);
  }

  public void vmulps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x59, to, left, base, displacement);
  }

  public void vdivps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5E, to, left, right);
  }

  /** The second where either is NaN. */
  public void vminps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5D, to, left, right);
  }

  /** The second where either is NaN. */
  public void vmaxps(int to, int left, int right) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x5F, to, left, right);
  }

  public void vmaxps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x5F, to, left, base, displacement);
  }

  /** to = left x to + right. */
  public void vfmadd213ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xA8, to, left, right);
  }

  public void vfmadd213ps(int to, int left, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0xA8, to, left, base, displacement);
  }

  /** to = left x to + right. */
  public void vfmadd213ps(int to, int left, LaneConstant right) {
    constant(MAP_0F38, PREFIX_66, 0xA8, to, left, right);
  }

  /** to = left x to - right. */
  public void vfmsub213ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xAA, to, left, right);
  }

  /** to = right - left x to. */
  public void vfnmadd213ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xAC, to, left, right);
  }

  /** to += left x right. */
  public void vfmadd231ps(int to, int left, int right) {
    vectorRegisters(MAP_0F38, PREFIX_66, 0, 0xB8, to, left, right);
  }

  /** to += left x right. */
  public void vfmadd231ps(int to, int left, LaneConstant right) {
    constant(MAP_0F38, PREFIX_66, 0xB8, to, left, right);
  }

  /** The nearest integer, of two the even one. */
  public void vrndscaleps(int to, int from) {
    vectorRegisters(MAP_0F3A, PREFIX_66, 0, 0x08, to, 0, from);
    emit(8);
  }

  /** to = left x 2 to the power of right's integer part. */
  public void vscalefps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x2C, to, left, right);
  }

  /** The exponent, as a float. */
  public void vgetexpps(int to, int from) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x42, to, 0, from);
  }

  /** The mantissa, from 1 to 2. */
  public void vgetmantps(int to, int from) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x26, to, 0, from);
    emit(0);
  }

  /** The reciprocal to 14 bits. */
  public void vrcp14ps(int to, int from) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x4C, to, 0, from);
  }

  /** 32 bfloat16: the lower half rounds {@code low}, the upper one {@code high}. */
  public void vcvtne2ps2bf16(int to, int high, int low) {
    evexRegisters(MAP_0F38, PREFIX_F2, 0, 0x72, to, high, low);
  }

  /** Each float of {@code to} += the products of two pairs of bfloat16. */
  public void vdpbf16ps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_F3, 0, 0x52, to, left, right);
  }

  public void vdpbf16ps(int to, int left, Register base, int displacement) {
    evexMemory(MAP_0F38, PREFIX_F3, 0, 0x52, to, left, base, displacement, 0, false);
  }
}
