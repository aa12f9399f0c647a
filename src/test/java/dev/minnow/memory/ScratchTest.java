package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class ScratchTest {
  private static final long MIB = 1 << 20;

  /** Many times what one scratch takes, and more than the process takes meanwhile for other reasons. */
  private static final long MUCH = 4096 * MIB;

  private static void write(long address, byte value) {
    MemorySegment.ofAddress(address).reinterpret(1).set(ValueLayout.JAVA_BYTE, 0, value);
  }

  @Test
  void memoryStaysWhereItIsUntilMoreIsAskedFor() {
    Scratch scratch = new Scratch();
    long address = scratch.address(1000);
    assertEquals(0, address % 64);
    assertEquals(address, scratch.address(10));
    long more = scratch.address(5000);
    write(more, (byte) 1);
    write(more + 4999, (byte) 1);
    scratch.checkGuards();
  }

  @Test
  void strayWritesAreFoundAndFreedMemoryHasNone() {
    for (long stray : new long[] {-1, 1000}) {
      Scratch scratch = new Scratch();
      scratch.checkGuards();
      write(scratch.address(1000) + stray, (byte) 1);
      Exception e = assertThrows(IllegalStateException.class, scratch::checkGuards);
      assertEquals("A stray write beyond a scratch of 1000 bytes.", e.getMessage());
      scratch.free();
      scratch.checkGuards();
      write(scratch.address(1000), (byte) 1);
      scratch.checkGuards();
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the size of the process is read from /proc")
  void whatIsFreedOrTooSmallIsGivenBackAtOnce() throws IOException {
    long before = ProcessSize.bytes();
    for (int i = 0; i < 32; i++) {
      Scratch scratch = new Scratch();
      scratch.address(256 * MIB);
      scratch.address(512 * MIB);
      scratch.free();
      scratch.free();
    }
    long grown = ProcessSize.bytes() - before;
    assertTrue(grown < MUCH, "grew by " + grown + " bytes");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the size of the process is read from /proc")
  void whatIsForgottenIsLeftToTheCollector() throws Exception {
    long before = ProcessSize.bytes();
    for (int i = 0; i < 32; i++) {
      new Scratch().address(256 * MIB);
    }
    for (int tries = 0; tries < 100 && ProcessSize.bytes() - before > MUCH; tries++) {
      System.gc();
      Thread.sleep(50);
    }
    long grown = ProcessSize.bytes() - before;
    assertTrue(grown < MUCH, "grew by " + grown + " bytes");
  }
}
