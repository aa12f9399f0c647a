package dev.minnow.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Known words in the gaps between tensors, for tests: a stray write changes one and {@link Slab#checkGuards} names the place; a stray
 * read brings a NaN into the result. On with the system property {@code minnow.guards}.
 */
final class GuardWords {
  /** One cache line, which is the widest vector store. */
  static final long BYTES = 64;

  /** A quiet NaN with a recognisable payload. */
  private static final int WORD = 0x7FC0_F15E;

  private GuardWords() {}

  static boolean enabled() {
    return Boolean.getBoolean("minnow.guards");
  }

  static void fill(MemorySegment memory, long from, long to) {
    for (long offset = from; offset < to; offset += Integer.BYTES) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, WORD);
    }
  }

  /** Offset of the first changed word, or -1. */
  static long firstDamage(MemorySegment memory, long from, long to) {
    for (long offset = from; offset < to; offset += Integer.BYTES) {
      if (memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset) != WORD) {
        return offset;
      }
    }
    return -1;
  }
}
