package dev.minnow.kernel.pool;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.memory.Scratch;
import dev.minnow.memory.Tensor;

/** Off-heap memory that the threads of one operation share; operations at the same time have each their own. */
public final class ScratchPool {
  private final Spares<Scratch> spares;

  /** @param most how many that no one borrows are kept for the next operations; others are freed as they are given back */
  ScratchPool(int most) {
    this.spares = new Spares<>(Scratch::new, Scratch::free, most);
  }

  public interface Use {
    void with(long address);
  }

  /** Lends rows (n, C) of floats with zeros up to {@code padded} columns: themselves where they have that many. */
  public void lendPadded(Tensor floats, int n, int columns, int padded, Use use) {
    if (columns == padded) {
      use.with(floats.address());
      return;
    }
    lend((long) n * padded * Float.BYTES, address -> {
      for (int row = 0; row < n; row++) {
        for (int i = 0; i < padded; i++) {
          float value = i < columns ? floats.getFloat((long) row * columns + i) : 0;
          Lanes.storeFloat(value, address + ((long) row * padded + i) * Float.BYTES);
        }
      }
      use.with(address);
    });
  }

  /** Lends {@code bytes} bytes, whose contents are whatever was there. */
  public void lend(long bytes, Use use) {
    Scratch scratch = spares.take();
    try {
      use.with(scratch.address(bytes));
      scratch.checkGuards();
    } finally {
      spares.giveBack(scratch);
    }
  }

  /** Bytes of what no one borrows. */
  long bytes() {
    return spares.sum(Scratch::bytes);
  }

  /** Frees what no one borrows at once, and what someone does as it is given back. */
  void close() {
    spares.close();
  }
}
