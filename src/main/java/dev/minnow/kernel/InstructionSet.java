package dev.minnow.kernel;

import dev.minnow.kernel.Cpuid.Feature;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** The vectors that machine code is written for. */
enum InstructionSet {
  /** 16 registers of 256 bits, with fused multiply-adds: VEX. */
  AVX2(32, 16),
  /** 32 registers of 512 bits: EVEX. */
  AVX512(64, 32);

  /** Found when it is first asked for: {@link Cpuid}, which it depends on, needs the sets themselves. */
  private static final class OfLanes {
    static final @Nullable InstructionSet SET = find();
  }

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
    return OfLanes.SET;
  }

  private boolean isInProcessor() {
    return switch (this) {
      case AVX2 -> Cpuid.has(Feature.AVX2) && Cpuid.has(Feature.FMA);
      case AVX512 -> Cpuid.has(Feature.AVX512F);
    };
  }

  private static @Nullable InstructionSet find() {
    for (InstructionSet set : values()) {
      // The JVM prefers no vectors that the system does not save.
      boolean isSaved = FloatVector.SPECIES_PREFERRED.length() >= set.floats;
      if (set.floats == Lanes.COUNT && isSaved && set.isInProcessor()) {
        return set;
      }
    }
    return null;
  }
}
