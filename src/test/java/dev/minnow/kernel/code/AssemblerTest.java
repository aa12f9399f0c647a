package dev.minnow.kernel.code;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R12;
import static dev.minnow.kernel.code.Register.R13;
import static dev.minnow.kernel.code.Register.R14;
import static dev.minnow.kernel.code.Register.R15;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBP;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;
import static dev.minnow.kernel.code.Register.RSP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each instruction, byte for byte as GNU as 2.40 encodes it, with low and high registers in every place. */
class AssemblerTest {
  private static final int FAR = 0x1234567;

  private static void check(String bytes, Consumer<Assembler> instruction) {
    check(InstructionSet.AVX512, bytes, instruction);
  }

  private static void checkAvx2(String bytes, Consumer<Assembler> instruction) {
    check(InstructionSet.AVX2, bytes, instruction);
  }

  private static void check(InstructionSet set, String bytes, Consumer<Assembler> instruction) {
    Assembler assembler = new Assembler(set);
    instruction.accept(assembler);
    assertEquals(bytes, HexFormat.ofDelimiter(" ").formatHex(assembler.toBytes()));
  }

  @Test
  void moves() {
    check("48 89 f7", a -> a.mov(RDI, RSI));
    check("49 89 c1", a -> a.mov(R9, RAX));
    check("4c 89 f8", a -> a.mov(RAX, R15));
    check("4c 8b 87 78 56 34 12", a -> a.movLoad(R8, RDI, 0x12345678));
    check("49 8b 94 24 00 01 00 00", a -> a.movLoad(RDX, R12, 0x100));
    check("48 89 9c 24 80 00 00 00", a -> a.movStore(RSP, 0x80, RBX));
    check("4d 89 b5 00 10 00 00", a -> a.movStore(R13, 0x1000, R14));
    check("48 c7 c1 00 10 00 00", a -> a.movImmediate(RCX, 0x1000));
    check("49 c7 c3 ff ff ff ff", a -> a.movImmediate(R11, -1));
  }

  @Test
  void arithmetic() {
    check("48 01 c8", a -> a.add(RAX, RCX));
    check("4d 01 ca", a -> a.add(R10, R9));
    check("48 81 c2 00 08 00 00", a -> a.addImmediate(RDX, 0x800));
    check("49 81 c0 45 23 01 00", a -> a.addImmediate(R8, 0x12345));
    check("48 03 b7 40 01 00 00", a -> a.addLoad(RSI, RDI, 0x140));
    check("4d 03 8a 00 02 00 00", a -> a.addLoad(R9, R10, 0x200));
    check("48 ff c9", a -> a.dec(RCX));
    check("49 ff ca", a -> a.dec(R10));
  }

  @Test
  void stackAndControl() {
    check("53 55 41 54 41 55 41 56 41 57", Assembler::pushSaved);
    check("41 5f 41 5e 41 5d 41 5c 5d 5b", Assembler::popSaved);
    check("48 85 c0 0f 84 0a 00 00 00 c3 48 ff c8 0f 85 f6 ff ff ff", a -> a.repeat(RAX, a::ret));
    check("53", a -> a.push(RBX));
    check("41 54", a -> a.push(R12));
    check("41 5c", a -> a.pop(R12));
    check("5d", a -> a.pop(RBP));
    check("c3", Assembler::ret);
    check("0f a2", Assembler::cpuid);
    check("0f 01 d0", Assembler::xgetbv);
    // Back over itself: the distance counts from the end of the jump.
    check("0f 85 fa ff ff ff", a -> a.jnz(0));
    check("c3 c3 0f 85 f9 ff ff ff", a -> {
      a.ret();
      a.ret();
      a.jnz(1);
    });
  }

  @Test
  void testsAndJumps() {
    check("48 85 d2", a -> a.test(RDX));
    check("4d 85 d2", a -> a.test(R10));
    // Over the instruction that follows: the distance counts from the end of the jump.
    check("0f 84 03 00 00 00 48 ff c9 c3", a -> {
      int jump = a.jz();
      a.dec(RCX);
      a.land(jump);
      a.ret();
    });
    check("0f 85 03 00 00 00 48 ff c9 c3", a -> {
      int jump = a.jnz();
      a.dec(RCX);
      a.land(jump);
      a.ret();
    });
    check("e9 03 00 00 00 48 ff c9 c3", a -> {
      int jump = a.jmp();
      a.dec(RCX);
      a.land(jump);
      a.ret();
    });
  }

  @Test
  void places() {
    check("48 8d 35 f9 ff ff ff", a -> a.lea(RSI, 0));
    check("4c 8d 0d f9 ff ff ff", a -> a.lea(R9, 0));
  }

  @Test
  void masks() {
    check("c4 e1 78 90 8e 78 56 34 12", a -> a.kmovw(1, RSI, 0x12345678));
    check("c4 c1 78 90 91 67 45 23 01", a -> a.kmovw(2, R9, FAR));
    check("62 f1 7c 49 10 90 67 45 23 01", a -> a.vmovupsMasked(2, 1, RAX, FAR));
    check("62 c1 7c 4a 10 98 67 45 23 01", a -> a.vmovupsMasked(19, 2, R8, FAR));
    check("62 f1 7c 4f 11 81 67 45 23 01", a -> a.vmovupsStoreMasked(RCX, FAR, 7, 0));
    check("62 41 7c 4b 11 bb 67 45 23 01", a -> a.vmovupsStoreMasked(R11, FAR, 3, 31));
    check("62 f1 7c 49 28 dd", a -> a.vmovapsMasked(3, 1, 5));
    check("62 81 7c 4c 28 ee", a -> a.vmovapsMasked(21, 4, 30));
    check("62 f1 7c c9 28 dd", a -> a.vmovapsZeroing(3, 1, 5));
    check("62 81 7c cc 28 ee", a -> a.vmovapsZeroing(21, 4, 30));
    check("62 d3 5d 40 1e d9 05", a -> a.vpcmpnltud(3, 20, 9));
    check("62 93 6d 48 1e e5 05", a -> a.vpcmpnltud(4, 2, 29));
  }

  @Test
  void integers() {
    check("62 d1 5d 40 ef c9", a -> a.vpxord(1, 20, 9));
    check("62 d1 5d 40 fe c9", a -> a.vpaddd(1, 20, 9));
    check("62 d1 5d 40 fa c9", a -> a.vpsubd(1, 20, 9));
    check("62 81 6d 48 df cc", a -> a.vpandnd(17, 2, 28));
    check("62 82 6d 48 40 cc", a -> a.vpmulld(17, 2, 28));
    check("62 b1 75 48 72 d4 10", a -> a.vpsrld(1, 20, 16));
    check("62 f1 05 40 72 d2 08", a -> a.vpsrld(31, 2, 8));
    check("62 b1 75 48 72 e4 1f", a -> a.vpsrad(1, 20, 31));
    check("62 f1 05 40 72 e2 08", a -> a.vpsrad(31, 2, 8));
    check("62 f1 0d 40 72 f3 10", a -> a.vpslld(30, 3, 16));
    check("62 f2 7d 48 21 a6 67 45 23 01", a -> a.vpmovsxbd(4, RSI, FAR));
    check("62 42 7d 48 21 80 67 45 23 01", a -> a.vpmovsxbd(24, R8, FAR));
    check("62 f1 7c 48 5b dd", a -> a.vcvtdq2ps(3, 5));
    check("62 81 7c 48 5b ee", a -> a.vcvtdq2ps(21, 30));
    check("62 f2 7d 48 33 a6 67 45 23 01", a -> a.vpmovzxwd(4, RSI, FAR));
    check("62 42 7d 48 33 80 67 45 23 01", a -> a.vpmovzxwd(24, R8, FAR));
  }

  @Test
  void floats() {
    check("62 f2 7d 48 18 af 67 45 23 01", a -> a.vbroadcastss(5, RDI, FAR));
    check("62 42 7d 48 18 89 67 45 23 01", a -> a.vbroadcastss(25, R9, FAR));
    check("62 e2 7d 48 18 15 f6 ff ff ff", a -> a.vbroadcastss(18, 0));
    check("62 b1 5c 48 c2 d1 01", a -> a.vcmpps(2, 4, 17, 1));
    check("62 f1 3c 40 c2 cb 0e", a -> a.vcmpps(1, 24, 3, 14));
    check("62 f2 7d 48 1a ac 26 00 00 00 00", a -> a.vbroadcastf32x4(5, 0, RSI, Assembler.NO_INDEX, 1));
    check("62 42 7d 4a 1a 8c 21 00 00 00 00", a -> a.vbroadcastf32x4(25, 2, R9, Assembler.NO_INDEX, 1));
    check("62 b2 7d 49 1a 9c 52 00 00 00 00", a -> a.vbroadcastf32x4(3, 1, RDX, R10, 2));
    check("62 c2 7d 4b 1a 94 00 00 00 00 00", a -> a.vbroadcastf32x4(18, 3, R8, RAX, 1));
    check("62 12 7d 48 1a 8c 99 00 00 00 00", a -> a.vbroadcastf32x4(9, 0, R9, R11, 4));
    check("62 d1 5c 40 5c c9", a -> a.vsubps(1, 20, 9));
    check("62 81 6c 48 59 cc", a -> a.vmulps(17, 2, 28));
    check("62 c1 6c 48 59 88 67 45 23 01", a -> a.vmulps(17, 2, R8, FAR));
    check("62 f1 1c 40 59 b9 67 45 23 01", a -> a.vmulps(7, 28, RCX, FAR));
    check("62 d1 5c 40 5e c9", a -> a.vdivps(1, 20, 9));
    check("62 81 6c 48 5d cc", a -> a.vminps(17, 2, 28));
    check("62 d1 5c 40 5f c9", a -> a.vmaxps(1, 20, 9));
    check("62 f1 7c 48 5f 80 67 45 23 01", a -> a.vmaxps(0, 0, RAX, FAR));
    check("62 41 7c 40 5f ba 67 45 23 01", a -> a.vmaxps(31, 16, R10, FAR));
    check("62 d2 5d 40 a8 c9", a -> a.vfmadd213ps(1, 20, 9));
    check("62 82 6d 48 a8 cc", a -> a.vfmadd213ps(17, 2, 28));
    check("62 82 6d 48 aa cc", a -> a.vfmsub213ps(17, 2, 28));
    check("62 d2 5d 40 ac c9", a -> a.vfnmadd213ps(1, 20, 9));
    check("62 82 6d 48 b8 cc", a -> a.vfmadd231ps(17, 2, 28));
    check("62 b3 7d 48 08 cc 08", a -> a.vrndscaleps(1, 20));
    check("62 e3 7d 48 08 ca 08", a -> a.vrndscaleps(17, 2));
    check("62 d2 5d 40 2c c9", a -> a.vscalefps(1, 20, 9));
    check("62 e2 7d 48 42 ca", a -> a.vgetexpps(17, 2));
    check("62 b3 7d 48 26 cc 00", a -> a.vgetmantps(1, 20));
    check("62 82 7d 48 4c cc", a -> a.vrcp14ps(17, 28));
    check("62 c2 6e 48 52 88 67 45 23 01", a -> a.vdpbf16ps(17, 2, R8, FAR));
    check("62 f2 5e 40 52 8a 67 45 23 01", a -> a.vdpbf16ps(1, 20, RDX, FAR));
    check("62 b3 7d 48 04 cc 4e", a -> a.vpermilps(1, 20, 0x4e));
    check("62 e3 7d 48 04 ca b1", a -> a.vpermilps(17, 2, 0xb1));
  }

  @Test
  void prefetches() {
    check("0f 0d 88 00 01 00 00", a -> a.prefetchw(RAX, 0x100));
    check("41 0f 0d 89 00 10 00 00", a -> a.prefetchw(R9, 0x1000));
    check("0f 18 88 00 04 00 00", a -> a.prefetcht0(RAX, 0x400));
    check("0f 18 92 00 01 00 00", a -> a.prefetcht1(RDX, 0x100));
    check("41 0f 18 94 24 00 20 00 00", a -> a.prefetcht1(R12, 0x2000));
  }

  @Test
  void tiles() {
    check("c4 e2 78 49 c0", Assembler::tilerelease);
    check("c4 e2 7b 49 c0", a -> a.tilezero(0));
    check("c4 e2 7b 49 f8", a -> a.tilezero(7));
    check("c4 e2 7b 4b a4 08 00 10 00 00", a -> a.tileloadd(4, RAX, RCX, 0x1000));
    check("c4 82 7b 4b bc 08 00 04 00 00", a -> a.tileloadd(7, R8, R9, 0x400));
    check("c4 a2 7b 4b 8c 16 34 12 00 00", a -> a.tileloadd(1, RSI, R10, 0x1234));
    check("c4 c2 79 4b ac 08 00 04 00 00", a -> a.tileloaddt1(5, R8, RCX, 0x400));
    check("c4 a2 79 4b 84 1a 40 00 00 00", a -> a.tileloaddt1(0, RDX, R11, 0x40));
    check("c4 e2 7a 4b 9c 0a 00 01 00 00", a -> a.tilestored(RDX, RCX, 0x100, 3));
    check("c4 82 7a 4b 84 03 00 02 00 00", a -> a.tilestored(R11, R8, 0x200, 0));
    check("c4 e2 4a 5c c4", a -> a.tdpbf16ps(0, 4, 6));
    check("c4 e2 42 5c dd", a -> a.tdpbf16ps(3, 5, 7));
    // The configuration stands 64 bytes after the start, 55 after the end of the instruction.
    check("c4 e2 78 49 05 37 00 00 00", a -> a.ldtilecfg(64));
  }

  @Test
  void vectorsAndMemory() {
    check("62 f1 7c 48 10 80 67 45 23 01", a -> a.vmovups(0, RAX, FAR));
    check("62 41 7c 48 10 bc 24 67 45 23 01", a -> a.vmovups(31, R12, FAR));
    check("62 e1 7c 48 10 8c 24 67 45 23 01", a -> a.vmovups(17, RSP, FAR));
    check("62 71 7c 48 11 8a 67 45 23 01", a -> a.vmovupsStore(RDX, FAR, 9));
    check("62 41 7c 48 11 b1 67 45 23 01", a -> a.vmovupsStore(R9, FAR, 30));
    check("62 e1 7c 48 10 35 36 00 00 00", a -> a.vmovups(22, 64));
  }

  @Test
  void vectorsAndRegisters() {
    check("62 f1 7c 48 28 dc", a -> a.vmovaps(3, 4));
    check("62 41 7c 48 28 ee", a -> a.vmovaps(29, 14));
    check("62 f1 55 48 ef ed", a -> a.vpxord(5));
    check("62 a1 55 40 ef ed", a -> a.vpxord(21));
    check("62 f1 6c 48 58 cb", a -> a.vaddps(1, 2, 3));
    check("62 41 74 40 58 f9", a -> a.vaddps(31, 17, 9));
    check("62 c1 6c 48 58 88 67 45 23 01", a -> a.vaddps(17, 2, R8, FAR));
    check("62 f2 77 48 72 d0", a -> a.vcvtne2ps2bf16(2, 1, 0));
    check("62 a2 07 40 72 d0", a -> a.vcvtne2ps2bf16(18, 31, 16));
    check("62 f2 56 48 52 e6", a -> a.vdpbf16ps(4, 5, 6));
    check("62 02 36 40 52 c2", a -> a.vdpbf16ps(24, 25, 26));
    check("62 f2 8d 40 7d ca", a -> a.vpermt2w(1, 30, 2));
    check("62 c2 85 40 7d c0", a -> a.vpermt2w(16, 31, 8));
    check("62 e1 7d 48 62 c1", a -> a.vpunpckldq(16, 0, 1));
    check("62 a1 5d 40 6a cd", a -> a.vpunpckhdq(17, 20, 21));
    check("62 b1 fd 40 6c c2", a -> a.vpunpcklqdq(0, 16, 18));
    check("62 11 95 40 6d ff", a -> a.vpunpckhqdq(15, 29, 31));
    check("62 a3 7d 40 43 e1 88", a -> a.vshufi32x4(20, 16, 17, 0x88));
    check("62 f3 6d 48 43 cb dd", a -> a.vshufi32x4(1, 2, 3, 0xdd));
    check("c5 f8 77", Assembler::vzeroupper);
  }

  @Test
  void dataIsAlignedAndTheBufferGrows() {
    Assembler assembler = new Assembler();
    assembler.ret();
    assertEquals(64, assembler.data(new byte[] {1, 2, 3}));
    assertEquals(128, assembler.data(new byte[5000]));
    assertEquals(5128, assembler.toBytes().length);
    assertEquals(2, assembler.toBytes()[65]);
  }

  @Test
  void vectorsOf256Bits() {
    checkAvx2("c4 e1 7c 10 9e 67 45 23 01", a -> a.vmovups(3, RSI, FAR));
    checkAvx2("c4 41 7c 10 a4 24 67 45 23 01", a -> a.vmovups(12, R12, FAR));
    checkAvx2("c4 e1 7c 11 aa 67 45 23 01", a -> a.vmovupsStore(RDX, FAR, 5));
    checkAvx2("c4 41 7c 11 b8 67 45 23 01", a -> a.vmovupsStore(R8, FAR, 15));
    checkAvx2("c4 c1 7c 28 d6", a -> a.vmovaps(2, 14));
    checkAvx2("c4 62 7d 18 b0 67 45 23 01", a -> a.vbroadcastss(14, RAX, FAR));
    checkAvx2("c4 c2 7d 18 89 67 45 23 01", a -> a.vbroadcastss(1, R9, FAR));
    checkAvx2("c4 62 7d 18 0d f7 ff ff ff", a -> a.vbroadcastss(9, 0));
    checkAvx2("c4 41 35 ef c9", a -> a.vpxord(9));
    checkAvx2("c4 e1 1c 58 cb", a -> a.vaddps(1, 12, 3));
    checkAvx2("c4 41 6c 58 98 67 45 23 01", a -> a.vaddps(11, 2, R8, FAR));
    checkAvx2("c4 42 0d b8 dc", a -> a.vfmadd231ps(11, 14, 12));
    checkAvx2("c4 c2 65 b8 c5", a -> a.vfmadd231ps(0, 3, 13));
    checkAvx2("c4 c1 3d 62 e7", a -> a.vpunpckldq(4, 8, 15));
    checkAvx2("c4 61 75 6a e2", a -> a.vpunpckhdq(12, 1, 2));
    checkAvx2("c4 e1 35 6c eb", a -> a.vpunpcklqdq(5, 9, 3));
    checkAvx2("c4 41 5d 6d d3", a -> a.vpunpckhqdq(10, 4, 11));
    checkAvx2("c4 e1 78 10 94 26 00 00 00 00", a -> a.vmovups128(2, RSI, Assembler.NO_INDEX, 1));
    checkAvx2("c4 01 78 10 ac 50 00 00 00 00", a -> a.vmovups128(13, R8, R10, 2));
    checkAvx2("c4 a3 65 18 9c 1a 00 00 00 00 01", a -> a.vinsertf128(3, RDX, R11, 1));
    checkAvx2("c4 03 1d 18 a4 51 00 00 00 00 01", a -> a.vinsertf128(12, R9, R10, 2));
    checkAvx2("c4 62 65 a8 a4 24 67 45 23 01", a -> a.vfmadd213ps(12, 3, RSP, FAR));
    checkAvx2("c4 42 7d 33 8f 67 45 23 01", a -> a.vpmovzxwd(9, R15, FAR));
    checkAvx2("c4 e2 7d 21 96 67 45 23 01", a -> a.vpmovsxbd(2, RSI, FAR));
    checkAvx2("c4 61 1d fa cb", a -> a.vpsubd(9, 12, 3));
    checkAvx2("c4 c1 0d df cc", a -> a.vpandnd(1, 14, 12));
    checkAvx2("c4 c2 1d 40 d9", a -> a.vpmulld(3, 12, 9));
    checkAvx2("c4 c1 65 72 d4 10", a -> a.vpsrld(3, 12, 16));
    checkAvx2("c4 c1 65 72 e4 1f", a -> a.vpsrad(3, 12, 31));
    checkAvx2("c4 e1 25 72 e3 1f", a -> a.vpsrad(11, 3, 31));
    checkAvx2("c4 c1 25 72 f3 10", a -> a.vpslld(11, 11, 16));
    checkAvx2("c4 c1 65 72 f4 17", a -> a.vpslld(3, 12, 23));
    checkAvx2("c4 c1 7c 5b e5", a -> a.vcvtdq2ps(4, 13));
    checkAvx2("c4 63 7d 04 ca b1", a -> a.vpermilps(9, 2, 0xB1));
    checkAvx2("c4 43 65 06 e1 01", a -> a.vperm2f128(12, 3, 9, 1));
    checkAvx2("c4 e1 7a 11 b8 67 45 23 01", a -> a.vmovssStore(RAX, FAR, 7));
    checkAvx2("c4 41 7a 11 94 24 67 45 23 01", a -> a.vmovssStore(R12, FAR, 10));
    checkAvx2("c4 e1 1c c2 d3 01", a -> a.vcmpps(2, 12, 3, 1));
    checkAvx2("c4 41 54 c2 dd 0e", a -> a.vcmpps(11, 5, 13, 14));
    checkAvx2("c4 e3 5d 4a e7 20", a -> a.vblendvps(4, 4, 7, 2));
    checkAvx2("c4 43 35 4a d4 d0", a -> a.vblendvps(10, 9, 12, 13));
  }

  @Test
  void constantsInRegistersAndInMemory() {
    check("62 31 4d 48 fe ec", a -> a.vpaddd(13, 6, new LaneConstant(20, 0)));
    check("62 b1 54 40 5c d9", a -> a.vsubps(3, 21, new LaneConstant(17, 0)));
    check("62 92 5d 48 a8 d7", a -> a.vfmadd213ps(2, 4, new LaneConstant(31, 0)));
    check("62 42 6d 40 b8 e1", a -> a.vfmadd231ps(28, 18, new LaneConstant(9, 0)));
    checkAvx2("c4 61 4d fe 2d f7 ff ff ff", a -> a.vpaddd(13, 6, new LaneConstant(16, 0)));
    checkAvx2("c4 e1 0c 5c 3d f7 ff ff ff", a -> a.vsubps(7, 14, new LaneConstant(31, 0)));
    checkAvx2("c4 62 65 a8 25 f7 ff ff ff", a -> a.vfmadd213ps(12, 3, new LaneConstant(17, 0)));
    checkAvx2("c4 e2 05 b8 15 f7 ff ff ff", a -> a.vfmadd231ps(2, 15, new LaneConstant(18, 0)));
    checkAvx2("c4 61 7c 10 25 f7 ff ff ff", a -> new LaneConstant(16, 0).copy(a, 12));
    checkAvx2("c4 c1 7c 28 d6", a -> new LaneConstant(14, 0).copy(a, 2));
  }

  @Test
  void whatAnInstructionSetLacksIsRefused() {
    Assembler avx2 = new Assembler(InstructionSet.AVX2);
    assertThrows(IllegalArgumentException.class, () -> avx2.vmovaps(16, 0));
    assertThrows(IllegalArgumentException.class, () -> avx2.vaddps(0, 16, 0));
    assertThrows(IllegalArgumentException.class, () -> avx2.vaddps(0, 0, 16));
    assertThrows(IllegalStateException.class, () -> avx2.vscalefps(0, 1, 2));
    assertThrows(IllegalStateException.class, () -> avx2.vmovupsMasked(0, 1, RAX, 0));
    assertThrows(IllegalStateException.class, () -> avx2.vdpbf16ps(0, 1, RAX, 0));
    assertThrows(IllegalStateException.class, () -> avx2.kmovw(1, RAX, 0));
    assertThrows(IllegalStateException.class, () -> avx2.tilezero(0));
    Assembler avx512 = new Assembler(InstructionSet.AVX512);
    assertThrows(IllegalStateException.class, () -> avx512.vmovups128(0, RAX, R10, 1));
    assertThrows(IllegalStateException.class, () -> avx512.vinsertf128(0, RAX, R10, 1));
    assertThrows(IllegalStateException.class, () -> avx512.vperm2f128(0, 1, 2, 1));
    assertThrows(IllegalStateException.class, () -> avx512.vblendvps(0, 1, 2, 3));
  }
}
