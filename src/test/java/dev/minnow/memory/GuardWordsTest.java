package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardWordsTest {
  private final SlabLayout layout = new SlabLayout(true);
  private Slab slab = layout.allocate();

  @BeforeEach
  void allocate() {
    layout.add("first", ElementType.F32, 5);
    layout.add("second", ElementType.F32, 16);
    layout.addAdjacent("third", ElementType.F32, 3);
    slab.close();
    slab = layout.allocate();
  }

  @AfterEach
  void close() {
    slab.close();
  }

  /** Any one byte, up to a cache line before and after a tensor. */
  @ParameterizedTest
  @CsvSource({"0, -64, the start", "0, -1, the start", "0, 20, first", "0, 83, first", "1, -64, first", "1, -1, first", "2, 12, third",
      "2, 75, third"})
  void strayWritesAreFoundAndThePlaceIsNamed(int tensor, int offsetBytes, String before) {
    slab.checkGuards();
    flipByteAt(slab.tensor(tensor).address() + offsetBytes);
    String message = assertThrows(IllegalStateException.class, slab::checkGuards).getMessage();
    assertTrue(message.matches("A stray write [0-9]+ bytes into the guard after " + before + "\\."), message);
  }

  /** Another value than any that a guard may have there. */
  private static void flipByteAt(long address) {
    MemorySegment memory = bytesAt(address, 1);
    memory.set(ValueLayout.JAVA_BYTE, 0, (byte) ~memory.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void distanceOfTheStrayWriteIsNamed() {
    flipByteAt(slab.tensor(0).address() + 20 + 12);
    Exception e = assertThrows(IllegalStateException.class, slab::checkGuards);
    assertEquals("A stray write 12 bytes into the guard after first.", e.getMessage());
  }

  /** A kernel that reads past a tensor gets a NaN, which no later sum loses. */
  @ParameterizedTest
  @ValueSource(ints = {-64, -4, 20, 80})
  void strayReadsBringNaN(int offsetBytes) {
    long address = slab.tensor(0).address() + offsetBytes;
    float value = MemorySegment.ofAddress(address).reinterpret(4).get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
    assertTrue(Float.isNaN(value), "value " + value);
  }

  /** Arithmetic hands the payload of a NaN on: what is read past one tensor must not pass for the guard after another. */
  @Test
  void guardWordsMovedToAnotherPlaceAreFound() {
    MemorySegment.copy(bytesAt(slab.tensor(0).address() + 20, 64), 0, bytesAt(slab.tensor(2).address() + 12, 64), 0, 64);
    assertThrows(IllegalStateException.class, slab::checkGuards);
  }

  @Test
  void writesInsideTensorsAreNone() {
    for (int tensor = 0; tensor < 3; tensor++) {
      for (long i = 0; i < slab.tensor(tensor).elementCount(); i++) {
        slab.tensor(tensor).setFloat(i, -1);
      }
    }
    slab.checkGuards();
  }

  private static MemorySegment bytesAt(long address, long count) {
    return MemorySegment.ofAddress(address).reinterpret(count);
  }
}
