package dev.minnow.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.memory.ProcessSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class ScratchPoolTest {
  private static final int KEPT = 2;
  private static final long BYTES = 128 << 20;

  private final ScratchPool pool = new ScratchPool(KEPT);

  /** Borrows so many at once; returns their addresses, the first to be given back last. */
  private List<Long> borrow(int count, long bytes) {
    List<Long> addresses = new ArrayList<>();
    borrow(count, bytes, addresses);
    return addresses;
  }

  private void borrow(int count, long bytes, List<Long> addresses) {
    if (count > 0) {
      pool.lend(bytes, address -> {
        addresses.add(address);
        borrow(count - 1, bytes, addresses);
      });
    }
  }

  @Test
  void eachOfManyAtOnceHasItsOwn() {
    Set<Long> addresses = new HashSet<>(borrow(32, 1000));
    assertEquals(32, addresses.size());
  }

  @Test
  void asManyAsAreKeptAreLentAgain() {
    List<Long> first = borrow(KEPT, 1000);
    assertEquals(first, borrow(KEPT, 1000));
  }

  @Test
  void whatAnExceptionLeavesIsLentAgain() {
    List<Long> first = borrow(1, 1000);
    assertThrows(ArithmeticException.class, () -> pool.lend(1000, address -> {
      throw new ArithmeticException();
    }));
    assertEquals(first, borrow(1, 1000));
  }

  @Test
  void closingFreesWhatNoOneBorrowsAndWhatIsGivenBackLater() {
    borrow(KEPT, 1000);
    assertTrue(pool.bytes() >= KEPT * 1000, "held " + pool.bytes());
    pool.lend(1000, address -> {
      pool.close();
      assertEquals(0, pool.bytes());
      // Still there.
      Lanes.storeFloat(1, address);
    });
    assertEquals(0, pool.bytes());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the size of the process is read from /proc")
  void manyAtOnceLeaveNoMoreThanAreKept() throws IOException {
    long before = ProcessSize.bytes();
    borrow(32, BYTES);
    long grown = ProcessSize.bytes() - before;
    assertTrue(grown < 8 * BYTES, "grew by " + grown + " bytes");
  }
}
