package dev.minnow.kernel;

import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** The vectors that machine code is written for. */
enum InstructionSet {
  /** 16 registers of 256 bits, with fused multiply-adds (FMA3): VEX. */
  AVX2(32, 16),
  /** 32 registers of 512 bits: EVEX. */
  AVX512(64, 32);

  /** Bytes of a vector. */
  final int vectorBytes;

  /** Floats in a vector. */
  final int floats;

  /** How many vector registers there are. */
  final int registers;

  InstructionSet(int vectorBytes, int registers) {
    this.vectorBytes = vectorBytes;
    this.floats = vectorBytes / Float.BYTES;
    this.registers = registers;
  }

  /** The one whose vectors have the width of {@link Lanes}, or null where the system takes no machine code or the processor has it not. */
  static @Nullable InstructionSet ofLanes() {
    if (!MachineCode.isForThisSystem()) {
      return null;
    }
    for (InstructionSet set : values()) {
      // The JVM prefers the widest vectors that the processor has for integers: 256 bits are AVX2, whose processors have FMA3 too.
      if (Lanes.COUNT == set.floats && FloatVector.SPECIES_PREFERRED.length() >= set.floats) {
        return set;
      }
    }
    return null;
  }
}
