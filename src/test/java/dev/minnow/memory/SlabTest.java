package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SlabTest {
  @Test
  void tensorsBeginAsZerosAndKeepWhatIsWrittenToEach() {
    SlabLayout layout = new SlabLayout();
    int[] sizes = {1, 3, 16, 17, 100, 1};
    for (int size : sizes) {
      layout.add("of " + size, ElementType.F32, size);
    }
    try (Slab slab = layout.allocate()) {
      for (int i = 0; i < sizes.length; i++) {
        assertArrayEquals(new float[sizes[i]], slab.tensor(i).toFloats());
        for (int j = 0; j < sizes[i]; j++) {
          slab.tensor(i).setFloat(j, 1000 * i + j);
        }
      }
      for (int i = 0; i < sizes.length; i++) {
        for (int j = 0; j < sizes[i]; j++) {
          assertEquals(1000 * i + j, slab.tensor(i).getFloat(j));
        }
      }
      slab.checkGuards();
    }
  }

  @Test
  void slabsOfOneLayoutShareNothing() {
    SlabLayout layout = new SlabLayout();
    layout.add("x", ElementType.F32, 5);
    try (Slab first = layout.allocate(); Slab second = layout.allocate()) {
      first.tensor(0).setFloat(0, 1);
      assertEquals(0, second.tensor(0).getFloat(0));
    }
  }

  /** The smaller comes from an arena, the larger in pages from the operating system. */
  @ParameterizedTest
  @ValueSource(longs = {100, (2 << 20) / 4 + 1, (5 << 20) / 4 + 3})
  void memoryOfAnySizeIsZeroedAlignedAndWritableToItsEnd(long elements) {
    SlabLayout layout = new SlabLayout();
    layout.add("x", ElementType.F32, elements);
    try (Slab slab = layout.allocate()) {
      Tensor tensor = slab.tensor(0);
      assertEquals(0, tensor.address() % SlabLayout.ALIGNMENT_BYTES);
      for (long i = 0; i < elements; i += 1021) {
        assertEquals(0, tensor.getFloat(i));
      }
      tensor.setFloat(0, 1);
      tensor.setFloat(elements - 1, 2);
      assertEquals(3, tensor.getFloat(0) + tensor.getFloat(elements - 1));
      slab.checkGuards();
    }
  }

  @Test
  void adjacentTensorsAreReadAsOne() {
    SlabLayout layout = new SlabLayout();
    layout.add("before", ElementType.F32, 3);
    int first = layout.add("query", ElementType.F32, 1, 3);
    layout.addAdjacent("key", ElementType.F32, 1, 3);
    int last = layout.addAdjacent("value", ElementType.F32, 2, 3);
    try (Slab slab = layout.allocate()) {
      Tensor joined = slab.joined(first, last, 4, 3);
      slab.tensor(first).setFloats(0, 1, 2);
      slab.tensor(first + 1).setFloats(3, 4, 5);
      slab.tensor(last).setFloats(6, 7, 8, 9, 10, 11);
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, joined.toFloats());
      slab.checkGuards();
    }
  }

  @Test
  void tensorsThatDoNotTouchOrFillTheShapeAreNotJoined() {
    SlabLayout layout = new SlabLayout();
    layout.add("before", ElementType.F32, 3);
    layout.add("query", ElementType.F32, 3);
    layout.addAdjacent("key", ElementType.F32, 3);
    try (Slab slab = layout.allocate()) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> slab.joined(0, 2, 9));
      assertEquals("The tensors before to key do not touch.", e.getMessage());
      assertThrows(IllegalArgumentException.class, () -> slab.joined(1, 2, 7));
      e = assertThrows(IllegalArgumentException.class, () -> slab.joined(1, 2, 5));
      assertEquals("F32[5] does not cover query to key.", e.getMessage());
    }
  }

  @Test
  void useAfterCloseIsAnError() {
    SlabLayout layout = new SlabLayout();
    layout.add("x", ElementType.F32, 5);
    Slab slab = layout.allocate();
    Tensor tensor = slab.tensor(0);
    assertTrue(tensor.isAlive());
    slab.close();
    slab.close();
    assertFalse(tensor.isAlive());
    assertThrows(IllegalStateException.class, () -> tensor.getFloat(0));
    Exception e = assertThrows(IllegalStateException.class, slab::enter);
    assertEquals("The model was closed.", e.getMessage());
  }

  @Test
  void closeWaitsForRunningUsesAndRefusesNewOnes() throws Exception {
    SlabLayout layout = new SlabLayout();
    layout.add("x", ElementType.F32, 5);
    Slab slab = layout.allocate();
    Tensor tensor = slab.tensor(0);
    long stamp = slab.enter();
    long otherStamp = slab.enter();
    AtomicBoolean closed = new AtomicBoolean();
    Thread closer = Thread.ofPlatform().start(() -> {
      slab.close();
      closed.set(true);
    });
    awaitBlocked(closer);
    assertThrows(IllegalStateException.class, slab::enter);
    slab.leave(stamp);
    awaitBlocked(closer);
    assertFalse(closed.get());
    tensor.setFloat(4, 1);
    slab.leave(otherStamp);
    closer.join();
    assertTrue(closed.get());
    assertFalse(tensor.isAlive());
  }

  /** Uses come and go on other threads while the slab closes: none sees memory that is gone. */
  @Test
  void noUseOutlivesTheMemory() throws Exception {
    for (int round = 0; round < 50; round++) {
      SlabLayout layout = new SlabLayout();
      layout.add("x", ElementType.F32, 5);
      Slab slab = layout.allocate();
      Tensor tensor = slab.tensor(0);
      AtomicBoolean failed = new AtomicBoolean();
      Thread user = Thread.ofPlatform().start(() -> {
        while (true) {
          long stamp;
          try {
            stamp = slab.enter();
          } catch (IllegalStateException e) {
            return;
          }
          if (!tensor.isAlive()) {
            failed.set(true);
          }
          slab.leave(stamp);
        }
      });
      while (user.getState() == Thread.State.NEW) {
        Thread.onSpinWait();
      }
      slab.close();
      user.join();
      assertFalse(failed.get(), "round " + round);
    }
  }

  private static void awaitBlocked(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "close returned early");
      Thread.sleep(1);
    }
  }
}
