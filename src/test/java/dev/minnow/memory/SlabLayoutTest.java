package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlabLayoutTest {
  @Test
  void withoutGuardsTensorsStandAtTheNextMultipleOf64Bytes() {
    SlabLayout layout = new SlabLayout(false);
    layout.add("a", ElementType.F32, 1);
    layout.add("b", ElementType.I32, 4, 4);
    layout.add("c", ElementType.F32, 17);
    assertEquals(64 + 64 + 128, layout.bytes());
    try (Slab slab = layout.allocate()) {
      assertEquals(64, slab.tensor(1).address() - slab.tensor(0).address());
      assertEquals(64, slab.tensor(2).address() - slab.tensor(1).address());
      assertEquals(256, slab.bytes());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void adjacentTensorsFollowWithoutAGap(boolean guarded) {
    SlabLayout layout = new SlabLayout(guarded);
    layout.add("a", ElementType.F32, 3);
    layout.addAdjacent("b", ElementType.F32, 5);
    layout.addAdjacent("c", ElementType.F32, 1);
    layout.add("d", ElementType.F32, 1);
    try (Slab slab = layout.allocate()) {
      assertEquals(12, slab.tensor(1).address() - slab.tensor(0).address());
      assertEquals(20, slab.tensor(2).address() - slab.tensor(1).address());
      assertEquals(0, slab.tensor(3).address() % 64);
    }
  }

  @Test
  void guardsLeaveACacheLineBeforeBetweenAndAfterTensors() {
    SlabLayout layout = new SlabLayout(true);
    layout.add("a", ElementType.F32, 16);
    layout.add("b", ElementType.F32, 17);
    layout.add("c", ElementType.F32, 1);
    try (Slab slab = layout.allocate()) {
      for (int i = 1; i < 3; i++) {
        Tensor before = slab.tensor(i - 1);
        long gap = slab.tensor(i).address() - before.address() - 4 * before.elementCount();
        assertTrue(gap >= GuardWords.BYTES, "gap of " + gap + " bytes");
      }
      assertEquals(64 + 64 + 64 + 128 + 64 + 64 + 64, slab.bytes());
    }
  }

  @Test
  void testsRunWithGuards() {
    assertTrue(GuardWords.enabled(), "the build sets minnow.guards in tests");
  }

  @Test
  void emptyLayoutsHaveMemoryToClose() {
    new SlabLayout(false).allocate().close();
    new SlabLayout(true).allocate().close();
  }

  @Test
  void sizesThatNoMemoryHoldsAreRefused() {
    SlabLayout layout = new SlabLayout();
    Exception e = assertThrows(IllegalArgumentException.class, () -> layout.add("x", ElementType.F32, 1L << 40, 1L << 40));
    assertEquals("A tensor of shape [1099511627776, 1099511627776] does not fit in any memory.", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> layout.add("x", ElementType.F32, -1));
    layout.add("fits a long alone", ElementType.F32, 1L << 59);
    OutOfMemoryError error = assertThrows(OutOfMemoryError.class, layout::allocate);
    assertTrue(error.getMessage() != null && !error.getMessage().isBlank());
  }
}
