package dev.minnow.kernel.code;

import dev.minnow.kernel.code.Cpuid.Feature;

/** The vectors that machine code is written for. */
public enum InstructionSet {
  /** 16 registers of 256 bits, with fused multiply-adds: VEX. */
  AVX2(32, 16),
  /** 32 registers of 512 bits: EVEX. */
  AVX512(64, 32);

  /** Bytes of a vector. */
  public final int vectorBytes;

  /** Floats in a vector. */
  public final int floats;

  /** How many vector registers there are. */
  public final int registers;

  InstructionSet(int vectorBytes, int registers) {
    this.vectorBytes = vectorBytes;
    this.floats = vectorBytes / Float.BYTES;
    this.registers = registers;
  }

  /** Whether the processor has it, and the system takes machine code. */
  public boolean isInProcessor() {
    return switch (this) {
      case AVX2 -> Cpuid.has(Feature.AVX2) && Cpuid.has(Feature.FMA);
      case AVX512 -> Cpuid.has(Feature.AVX512F);
    };
  }
}
