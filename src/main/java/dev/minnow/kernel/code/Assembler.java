package dev.minnow.kernel.code;

/**
 * Writes x86-64 machine code: the few instructions that the programs of fast kernels are made of, one method each, named as Intel's
 * manual names them ("Intel 64 and IA-32 Architectures Software Developer's Manual", volume 2). Operands stand in the manual's order,
 * destination first. Instructions on vectors are those of an {@link InstructionSet}; what only one set has is an error in the other, tiles
 * and masks included.
 */
public final class Assembler extends LaneAssembler {
  /** Writes for vectors of 512 bits. */
  public Assembler() {
    this(InstructionSet.AVX512);
  }

  /** @param set whose vectors instructions work on, but for those that only the other one has */
  public Assembler(InstructionSet set) {
    super(set);
  }

  /** Loads a tile configuration of 64 bytes from {@code target}, a place in this code. */
  public void ldtilecfg(int target) {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0);
    emit(0x49);
    relative(0, target, 0);
  }

  public void tilerelease() {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0);
    emit(0x49, 0xC0);
  }

  public void tilezero(int tile) {
    vex(MAP_0F38, PREFIX_F2, 0, 0, 0);
    emit(0x49);
    registers(tile, 0);
  }

  /** Loads a tile whose rows lie {@code stride} bytes apart. */
  public void tileloadd(int tile, Register base, Register stride, int displacement) {
    tileMemory(PREFIX_F2, tile, base, stride, displacement);
  }

  /** {@link #tileloadd} of what will not be loaded again soon, so that it need not take the place of other lines in the L1 cache. */
  public void tileloaddt1(int tile, Register base, Register stride, int displacement) {
    tileMemory(PREFIX_66, tile, base, stride, displacement);
  }

  /** Stores a tile whose rows lie {@code stride} bytes apart. */
  public void tilestored(Register base, Register stride, int displacement, int tile) {
    tileMemory(PREFIX_F3, tile, base, stride, displacement);
  }

  private void tileMemory(int prefix, int tile, Register base, Register stride, int displacement) {
    vex(MAP_0F38, prefix, 0, stride.ordinal(), base.ordinal());
    emit(0x4B);
    memory(tile, base, stride, 1, displacement);
  }

  /** to (16 x 16 floats) += left (16 rows x 16 pairs of bfloat16) x right (16 pairs x 16 columns). */
  public void tdpbf16ps(int to, int left, int right) {
    vex(MAP_0F38, PREFIX_F3, right, 0, 0);
    emit(0x5C);
    registers(to, left);
  }

  // Vectors.

  public void kmovw(int to, Register base, int displacement) {
    vex(MAP_0F, NO_PREFIX, 0, 0, base.ordinal());
    emit(0x90);
    memory(to, base, displacement);
  }

  /** Loads a vector. */
  public void vmovups(int to, Register base, int displacement) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x10, to, 0, base, displacement);
  }

  /** Loads the lanes of a mask and leaves the others as they are. */
  public void vmovupsMasked(int to, int mask, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x10, to, 0, base, displacement, mask, false);
  }

  /** Loads a vector from {@code target}, a place in this code. */
  public void vmovups(int to, int target) {
    vectorRelative(MAP_0F, NO_PREFIX, 0x10, to, 0, target);
  }

  /** Stores a vector. */
  public void vmovupsStore(Register base, int displacement, int from) {
    vectorMemory(MAP_0F, NO_PREFIX, 0x11, from, 0, base, displacement);
  }

  /** Stores the lanes of a mask. */
  public void vmovupsStoreMasked(Register base, int displacement, int mask, int from) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x11, from, 0, base, displacement, mask, false);
  }

  /** Stores lane 0 of one of the first 16 registers. */
  public void vmovssStore(Register base, int displacement, int from) {
    vex(MAP_0F, PREFIX_F3, 0, from, 0, 0, base.ordinal());
    emit(0x11);
    memory(from, base, displacement);
  }

  public void vmovaps(int to, int from) {
    vectorRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from);
  }

  /** The lanes of a mask; the others stay as they are. */
  public void vmovapsMasked(int to, int mask, int from) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from, mask, false);
  }

  /** The lanes of {@code other} where those of {@code mask} have their highest bit, else those of {@code one}. */
  public void vblendvps(int to, int one, int other, int mask) {
    only(InstructionSet.AVX2);
    vectorRegisters(MAP_0F3A, PREFIX_66, 0, 0x4A, to, one, other);
    emit(mask << 4);
  }

  /** Zeros where the mask has none. */
  public void vmovapsZeroing(int to, int mask, int from) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from, mask, true);
  }

  /** All lanes = a float in memory. */
  public void vbroadcastss(int to, Register base, int displacement) {
    vectorMemory(MAP_0F38, PREFIX_66, 0x18, to, 0, base, displacement);
  }

  /** All lanes = the float at {@code target}, a place in this code. */
  public void vbroadcastss(int to, int target) {
    vectorRelative(MAP_0F38, PREFIX_66, 0x18, to, 0, target);
  }

  /** The quarters of a mask = 16 bytes in memory, {@code times} (1, 2, 4 or 8) the index after the base; other lanes stay as they are. */
  public void vbroadcastf32x4(int to, int mask, Register base, Register index, int times) {
    evex(MAP_0F38, PREFIX_66, 0, to, 0, base.ordinal() >> 3, index.ordinal() >> 3, mask, false);
    emit(0x1A);
    memory(to, base, index, times, 0);
  }

  /** The lower half of 256 bits = 16 bytes in memory, {@code times} the index after the base, the upper one zeros. */
  public void vmovups128(int to, Register base, Register index, int times) {
    only(InstructionSet.AVX2);
    vex(MAP_0F, NO_PREFIX, 0, to, 0, index.ordinal(), base.ordinal());
    emit(0x10);
    memory(to, base, index, times, 0);
  }

  /** The upper half of 256 bits = 16 bytes in memory, {@code times} the index after the base. */
  public void vinsertf128(int to, Register base, Register index, int times) {
    only(InstructionSet.AVX2);
    vex(MAP_0F3A, PREFIX_66, 1, to, to, index.ordinal(), base.ordinal());
    emit(0x18);
    memory(to, base, index, times, 0);
    emit(1);
  }

  /** Words of {@code to} (0 to 31) and {@code other} (32 to 63), as the words of {@code indices} number them. */
  public void vpermt2w(int to, int indices, int other) {
    evexRegisters(MAP_0F38, PREFIX_66, 1, 0x7D, to, indices, other);
  }

  public void vpunpckldq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x62, to, left, right);
  }

  public void vpunpckhdq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 0, 0x6A, to, left, right);
  }

  public void vpunpcklqdq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 1, 0x6C, to, left, right);
  }

  public void vpunpckhqdq(int to, int left, int right) {
    vectorRegisters(MAP_0F, PREFIX_66, 1, 0x6D, to, left, right);
  }

  /** Within each quarter, the lanes that the pairs of bits of {@code lanes} number. */
  public void vpermilps(int to, int from, int lanes) {
    vectorRegisters(MAP_0F3A, PREFIX_66, 0, 0x04, to, 0, from);
    emit(lanes);
  }

  /** Two quarters of {@code left}, then two of {@code right}, as the pairs of bits of {@code quarters} number them. */
  public void vshufi32x4(int to, int left, int right, int quarters) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x43, to, left, right);
    emit(quarters);
  }

  /** Halves of 256 bits: as the lowest two bits of {@code halves}, and the two above the next two, number those of left and right. */
  public void vperm2f128(int to, int left, int right, int halves) {
    only(InstructionSet.AVX2);
    vex(MAP_0F3A, PREFIX_66, 1, to, left, 0, right);
    emit(0x06);
    registers(to, right);
    emit(halves);
  }

  /** Clears the upper parts of vector registers, which code of other compilers may expect. */
  public void vzeroupper() {
    emit(0xC5, 0xF8, 0x77);
  }
}
