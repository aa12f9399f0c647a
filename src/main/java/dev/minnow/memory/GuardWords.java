package dev.minnow.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Known words around memory that is written through addresses: a stray write changes one, and who checks them names the place; a stray
 * read brings a NaN into the result. {@link Scratch} always has them, checked after many of its uses; {@link Slab} has them between its
 * tensors where the system property {@code minnow.guards} is set, as in tests.
 */
final class GuardWords {
  /** One cache line, which is the widest vector store. */
  static final long BYTES = 64;

  private static final int QUIET_NAN = 0x7FC0_0000;

  /** Of what a quiet NaN may carry beside its kind. */
  private static final int PAYLOAD_BITS = 22;

  private GuardWords() {}

  /** Whether slabs have them. */
  static boolean enabled() {
    return Boolean.getBoolean("minnow.guards");
  }

  /**
   * A quiet NaN that differs from place to place: arithmetic hands payloads on, so that a kernel that reads past one tensor and writes
   * past another would otherwise leave the second guard as it was.
   */
  private static int word(long address) {
    return QUIET_NAN | ((int) (address >>> 2) * 0x9E3779B1) >>> (Integer.SIZE - PAYLOAD_BITS);
  }

  static void fill(MemorySegment memory, long from, long to) {
    for (long offset = from; offset < to; offset += Integer.BYTES) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, word(memory.address() + offset));
    }
  }

  /** Offset of the first changed word, or -1. */
  static long firstDamage(MemorySegment memory, long from, long to) {
    for (long offset = from; offset < to; offset += Integer.BYTES) {
      if (memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset) != word(memory.address() + offset)) {
        return offset;
      }
    }
    return -1;
  }
}
