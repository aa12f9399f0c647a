package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class NativePagesTest {
  private static final long MIB = 1 << 20;

  @Test
  void memoryEndsWithItsArena() {
    for (long bytes : new long[] {64, 3 * MIB}) {
      MemorySegment memory;
      try (Arena arena = Arena.ofShared()) {
        memory = NativePages.allocate(bytes, arena);
        assertEquals(bytes, memory.byteSize());
        assertEquals(0, memory.address() % 64);
        memory.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 1);
      }
      assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "huge pages are asked for on Linux only")
  void largeMemoryBeginsAtAHugePage() {
    try (Arena arena = Arena.ofShared()) {
      assertEquals(0, NativePages.allocate(2 * MIB, arena).address() % (2 * MIB));
      assertEquals(0, NativePages.allocate(7 * MIB + 64, arena).address() % (2 * MIB));
    }
  }

  /** 64 GiB in turns: memory that is not given back shows in the size of the process, touched or not. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the size of the process is read from /proc")
  void memoryIsGivenBack() throws IOException {
    long before = ProcessSize.bytes();
    for (int i = 0; i < 256; i++) {
      try (Arena arena = Arena.ofShared()) {
        NativePages.allocate(256 * MIB, arena);
      }
    }
    long grown = ProcessSize.bytes() - before;
    assertTrue(grown < 16L << 30, "grew by " + grown + " bytes");
  }

  @Test
  void memoryThatTheSystemRefusesIsAClearError() {
    try (Arena arena = Arena.ofShared()) {
      OutOfMemoryError e = assertThrows(OutOfMemoryError.class, () -> NativePages.allocate(1L << 60, arena));
      assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
    }
  }
}
