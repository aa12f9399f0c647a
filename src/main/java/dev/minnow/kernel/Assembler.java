package dev.minnow.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes x86-64 machine code: the few instructions that the programs of fast kernels are made of, one method each, named as Intel's
 * manual names them ("Intel 64 and IA-32 Architectures Software Developer's Manual", volume 2). Operands stand in the manual's order,
 * destination first. Memory operands are a base register, perhaps an index, and a displacement, which is always written in 32 bits.
 */
final class Assembler {
  /** 64-bit registers by their numbers in instructions. */
  enum Register {
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15
  }

  /** What a function of the System V calling convention leaves as it was, but for the stack's own. */
  private static final Register[] SAVED = {Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15};

  private static final int BASE_IS_SIB = 4;

  private ByteBuffer code = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

  /** Bytes written so far: the place of the next instruction. */
  int position() {
    return code.position();
  }

  /** All bytes. */
  byte[] toBytes() {
    return Arrays.copyOf(code.array(), code.position());
  }

  /** Bytes that are no instruction, at a multiple of 64. */
  int data(byte... bytes) {
    while (position() % 64 != 0) {
      emit(0);
    }
    int at = position();
    for (byte b : bytes) {
      emit(b);
    }
    return at;
  }

  private void emit(int... bytes) {
    if (code.remaining() < bytes.length) {
      code = ByteBuffer.allocate(2 * code.capacity()).order(ByteOrder.LITTLE_ENDIAN).put(code.flip());
    }
    for (int b : bytes) {
      code.put((byte) b);
    }
  }

  private void emitInt(int value) {
    emit(value, value >> 8, value >> 16, value >> 24);
  }

  // General registers.

  private void rex(Register reg, Register rm) {
    emit(0x48 | reg.ordinal() >> 3 << 2 | rm.ordinal() >> 3);
  }

  /** ModRM, SIB where the base needs one, displacement of 32 bits. */
  private void memory(int reg, Register base, int displacement) {
    int rm = base.ordinal() & 7;
    emit(0x80 | (reg & 7) << 3 | rm);
    if (rm == BASE_IS_SIB) {
      emit(0x24);
    }
    emitInt(displacement);
  }

  /** The same with so many times an index. */
  private void memory(int reg, Register base, Register index, int times, int displacement) {
    int scale = Integer.numberOfTrailingZeros(times);
    emit(0x84 | (reg & 7) << 3, scale << 6 | (index.ordinal() & 7) << 3 | base.ordinal() & 7);
    emitInt(displacement);
  }

  private void registers(int reg, int rm) {
    emit(0xC0 | (reg & 7) << 3 | rm & 7);
  }

  void mov(Register to, Register from) {
    rex(from, to);
    emit(0x89);
    registers(from.ordinal(), to.ordinal());
  }

  void movLoad(Register to, Register base, int displacement) {
    rex(to, base);
    emit(0x8B);
    memory(to.ordinal(), base, displacement);
  }

  void movStore(Register base, int displacement, Register from) {
    rex(from, base);
    emit(0x89);
    memory(from.ordinal(), base, displacement);
  }

  void movImmediate(Register to, int value) {
    rex(Register.RAX, to);
    emit(0xC7);
    registers(0, to.ordinal());
    emitInt(value);
  }

  void add(Register to, Register from) {
    rex(from, to);
    emit(0x01);
    registers(from.ordinal(), to.ordinal());
  }

  void addImmediate(Register to, int value) {
    rex(Register.RAX, to);
    emit(0x81);
    registers(0, to.ordinal());
    emitInt(value);
  }

  void addLoad(Register to, Register base, int displacement) {
    rex(to, base);
    emit(0x03);
    memory(to.ordinal(), base, displacement);
  }

  /** Leaves the zero flag for {@link #jnz}. */
  void dec(Register register) {
    rex(Register.RAX, register);
    emit(0xFF);
    registers(1, register.ordinal());
  }

  /** Sets the zero flag if the register is 0. */
  void test(Register register) {
    rex(register, register);
    emit(0x85);
    registers(register.ordinal(), register.ordinal());
  }

  /** Jumps to an earlier place if the zero flag is not set. */
  void jnz(int target) {
    emit(0x0F, 0x85);
    emitInt(target - (position() + Integer.BYTES));
  }

  /** Jumps forward if the zero flag is set: to where {@link #land} takes the number that this returns. */
  int jz() {
    emit(0x0F, 0x84);
    emitInt(0);
    return position();
  }

  /** Jumps forward, to where {@link #land} takes the number that this returns. */
  int jmp() {
    emit(0xE9);
    emitInt(0);
    return position();
  }

  /** The next instruction is where a {@link #jz} or {@link #jmp} jumps to. */
  void land(int jump) {
    code.putInt(jump - Integer.BYTES, position() - jump);
  }

  /** The address of {@code target}, a place in this code. */
  void lea(Register to, int target) {
    rex(to, Register.RAX);
    emit(0x8D);
    relative(to.ordinal(), target, 0);
  }

  void push(Register register) {
    if (register.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x50 | register.ordinal() & 7);
  }

  void pop(Register register) {
    if (register.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x58 | register.ordinal() & 7);
  }

  /** Keeps what a function must leave as it was. */
  void pushSaved() {
    for (Register register : SAVED) {
      push(register);
    }
  }

  /** Brings back what {@link #pushSaved} kept. */
  void popSaved() {
    for (int i = SAVED.length - 1; i >= 0; i--) {
      pop(SAVED[i]);
    }
  }

  /** What the body writes, as often as the counter says, perhaps never; the counter is lost. */
  void repeat(Register counter, Runnable body) {
    test(counter);
    int none = jz();
    int loop = position();
    body.run();
    dec(counter);
    jnz(loop);
    land(none);
  }

  void ret() {
    emit(0xC3);
  }

  void cpuid() {
    emit(0x0F, 0xA2);
  }

  void xgetbv() {
    emit(0x0F, 0x01, 0xD0);
  }

  /** Fetches a cache line that will be written. */
  void prefetchw(Register base, int displacement) {
    prefetch(0x0D, 1, base, displacement);
  }

  /** Fetches a cache line into all caches. */
  void prefetcht0(Register base, int displacement) {
    prefetch(0x18, 1, base, displacement);
  }

  /** Fetches a cache line into the L2 cache. */
  void prefetcht1(Register base, int displacement) {
    prefetch(0x18, 2, base, displacement);
  }

  private void prefetch(int opcode, int extension, Register base, int displacement) {
    if (base.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x0F, opcode);
    memory(extension, base, displacement);
  }

  // Tiles: VEX with 128 bits.

  private static final int NO_PREFIX = 0;
  private static final int PREFIX_66 = 1;
  private static final int PREFIX_F3 = 2;
  private static final int PREFIX_F2 = 3;
  private static final int MAP_0F = 1;
  private static final int MAP_0F38 = 2;
  private static final int MAP_0F3A = 3;

  private void vex(int map, int prefix, int vvvv, int index, int base) {
    emit(0xC4, 0x80 | (index < 8 ? 0x40 : 0) | (base < 8 ? 0x20 : 0) | map, (~vvvv & 15) << 3 | prefix);
  }

  /** Loads a tile configuration of 64 bytes from {@code target}, a place in this code. */
  void ldtilecfg(int target) {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0);
    emit(0x49);
    relative(0, target, 0);
  }

  /** An operand in this code: a displacement from the end of the instruction, which {@code following} bytes complete. */
  private void relative(int reg, int target, int following) {
    emit(0x05 | (reg & 7) << 3);
    emitInt(target - (position() + Integer.BYTES + following));
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

  // Masks of 16 lanes: VEX with 128 bits.

  void kmovw(int to, Register base, int displacement) {
    vex(MAP_0F, NO_PREFIX, 0, 0, base.ordinal());
    emit(0x90);
    memory(to, base, displacement);
  }

  /** to = left & right. */
  void kandw(int to, int left, int right) {
    emit(0xC5, 0x80 | (~left & 15) << 3 | 4);
    emit(0x41);
    registers(to, right);
  }

  // Vectors of 512 bits: EVEX. Mask 0 is none.

  private void evex(int map, int prefix, int w, int reg, int vvvv, int rmBit3, int rmBit4, int mask, boolean zeroing) {
    int p0 = map | (reg & 8) << 4 ^ 0x80 | rmBit4 << 6 ^ 0x40 | rmBit3 << 5 ^ 0x20 | reg & 16 ^ 16;
    int p1 = w << 7 | (~vvvv & 15) << 3 | 4 | prefix;
    int p2 = (zeroing ? 0x80 : 0) | 0x40 | (vvvv & 16) >> 1 ^ 8 | mask;
    emit(0x62, p0, p1, p2);
  }

  private void evexRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm) {
    evexRegisters(map, prefix, w, opcode, reg, vvvv, rm, 0, false);
  }

  private void evexRegisters(int map, int prefix, int w, int opcode, int reg, int vvvv, int rm, int mask, boolean zeroing) {
    evex(map, prefix, w, reg, vvvv, rm >> 3 & 1, rm >> 4 & 1, mask, zeroing);
    emit(opcode);
    registers(reg, rm);
  }

  private void evexMemory(int map, int prefix, int w, int opcode, int reg, int vvvv, Register base, int displacement) {
    evexMemory(map, prefix, w, opcode, reg, vvvv, base, displacement, 0, false);
  }

  private void evexMemory(
      int map, int prefix, int w, int opcode, int reg, int vvvv, Register base, int displacement, int mask, boolean zeroing) {
    evex(map, prefix, w, reg, vvvv, base.ordinal() >> 3, 0, mask, zeroing);
    emit(opcode);
    memory(reg, base, displacement);
  }

  private void evexRelative(int map, int prefix, int opcode, int reg, int target) {
    evex(map, prefix, 0, reg, 0, 0, 0, 0, false);
    emit(opcode);
    relative(reg, target, 0);
  }

  /** Loads 64 bytes. */
  void vmovups(int to, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x10, to, 0, base, displacement);
  }

  /** Loads the lanes of a mask and leaves the others as they are. */
  void vmovupsMasked(int to, int mask, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x10, to, 0, base, displacement, mask, false);
  }

  /** Loads 64 bytes from {@code target}, a place in this code. */
  void vmovups(int to, int target) {
    evexRelative(MAP_0F, NO_PREFIX, 0x10, to, target);
  }

  /** Stores 64 bytes. */
  void vmovupsStore(Register base, int displacement, int from) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x11, from, 0, base, displacement);
  }

  /** Stores the lanes of a mask. */
  void vmovupsStoreMasked(Register base, int displacement, int mask, int from) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x11, from, 0, base, displacement, mask, false);
  }

  void vmovaps(int to, int from) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x28, to, 0, from);
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
    evexMemory(MAP_0F38, PREFIX_66, 0, 0x18, to, 0, base, displacement);
  }

  /** All lanes = the float at {@code target}, a place in this code. */
  void vbroadcastss(int to, int target) {
    evexRelative(MAP_0F38, PREFIX_66, 0x18, to, target);
  }

  /** The quarters of a mask = 16 bytes in memory; the other lanes stay as they are. */
  void vbroadcastf32x4(int to, int mask, Register base) {
    evexMemory(MAP_0F38, PREFIX_66, 0, 0x1A, to, 0, base, 0, mask, false);
  }

  /** {@link #vbroadcastf32x4} of what lies {@code times} (1, 2, 4 or 8) the index after the base. */
  void vbroadcastf32x4(int to, int mask, Register base, Register index, int times) {
    evex(MAP_0F38, PREFIX_66, 0, to, 0, base.ordinal() >> 3, index.ordinal() >> 3, mask, false);
    emit(0x1A);
    memory(to, base, index, times, 0);
  }

  /** Zeros. */
  void vpxord(int to) {
    vpxord(to, to, to);
  }

  void vpxord(int to, int left, int right) {
    evexRegisters(MAP_0F, PREFIX_66, 0, 0xEF, to, left, right);
  }

  void vpaddd(int to, int left, int right) {
    evexRegisters(MAP_0F, PREFIX_66, 0, 0xFE, to, left, right);
  }

  void vpmulld(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0x40, to, left, right);
  }

  /** Shifts to the right, zeros from the left. */
  void vpsrld(int to, int from, int bits) {
    evexRegisters(MAP_0F, PREFIX_66, 0, 0x72, 2, to, from);
    emit(bits);
  }

  void vpslld(int to, int from, int bits) {
    evexRegisters(MAP_0F, PREFIX_66, 0, 0x72, 6, to, from);
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

  /** 16 bytes in memory, widened with their signs. */
  void vpmovsxbd(int to, Register base, int displacement) {
    evexMemory(MAP_0F38, PREFIX_66, 0, 0x21, to, 0, base, displacement);
  }

  /** Floats of integers. */
  void vcvtdq2ps(int to, int from) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x5B, to, 0, from);
  }

  /** 16 words of 2 bytes in memory, widened with zeros. */
  void vpmovzxwd(int to, Register base, int displacement) {
    evexMemory(MAP_0F38, PREFIX_66, 0, 0x33, to, 0, base, displacement);
  }

  void vaddps(int to, int left, int right) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x58, to, left, right);
  }

  void vaddps(int to, int left, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x58, to, left, base, displacement);
  }

  void vsubps(int to, int left, int right) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x5C, to, left, right);
  }

  void vmulps(int to, int left, int right) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x59, to, left, right);
  }

  void vmulps(int to, int left, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x59, to, left, base, displacement);
  }

  void vdivps(int to, int left, int right) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x5E, to, left, right);
  }

  /** The second where either is NaN. */
  void vminps(int to, int left, int right) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x5D, to, left, right);
  }

  /** The second where either is NaN. */
  void vmaxps(int to, int left, int right) {
    evexRegisters(MAP_0F, NO_PREFIX, 0, 0x5F, to, left, right);
  }

  void vmaxps(int to, int left, Register base, int displacement) {
    evexMemory(MAP_0F, NO_PREFIX, 0, 0x5F, to, left, base, displacement);
  }

  /** to = left x to + right. */
  void vfmadd213ps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0xA8, to, left, right);
  }

  /** to = left x to - right. */
  void vfmsub213ps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0xAA, to, left, right);
  }

  /** to = right - left x to. */
  void vfnmadd213ps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0xAC, to, left, right);
  }

  /** to += left x right. */
  void vfmadd231ps(int to, int left, int right) {
    evexRegisters(MAP_0F38, PREFIX_66, 0, 0xB8, to, left, right);
  }

  /** The nearest integer, of two the even one. */
  void vrndscaleps(int to, int from) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x08, to, 0, from);
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
    evexMemory(MAP_0F38, PREFIX_F3, 0, 0x52, to, left, base, displacement);
  }

  /** Words of {@code to} (0 to 31) and {@code other} (32 to 63), as the words of {@code indices} number them. */
  void vpermt2w(int to, int indices, int other) {
    evexRegisters(MAP_0F38, PREFIX_66, 1, 0x7D, to, indices, other);
  }

  void vpunpckldq(int to, int left, int right) {
    evexRegisters(MAP_0F, PREFIX_66, 0, 0x62, to, left, right);
  }

  void vpunpckhdq(int to, int left, int right) {
    evexRegisters(MAP_0F, PREFIX_66, 0, 0x6A, to, left, right);
  }

  void vpunpcklqdq(int to, int left, int right) {
    evexRegisters(MAP_0F, PREFIX_66, 1, 0x6C, to, left, right);
  }

  void vpunpckhqdq(int to, int left, int right) {
    evexRegisters(MAP_0F, PREFIX_66, 1, 0x6D, to, left, right);
  }

  /** Within each quarter, the lanes that the pairs of bits of {@code lanes} number. */
  void vpermilps(int to, int from, int lanes) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x04, to, 0, from);
    emit(lanes);
  }

  /** Two quarters of {@code left}, then two of {@code right}, as the pairs of bits of {@code quarters} number them. */
  void vshufi32x4(int to, int left, int right, int quarters) {
    evexRegisters(MAP_0F3A, PREFIX_66, 0, 0x43, to, left, right);
    emit(quarters);
  }

  /** Clears the upper parts of vector registers, which code of other compilers may expect. */
  void vzeroupper() {
    emit(0xC5, 0xF8, 0x77);
  }
}
