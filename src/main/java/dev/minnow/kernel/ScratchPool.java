package dev.minnow.kernel;

import dev.minnow.memory.Scratch;
import java.util.ArrayDeque;

/** Off-heap memory that the threads of one operation share; operations at the same time have each their own. */
final class ScratchPool {
  private final ArrayDeque<Scratch> spare = new ArrayDeque<>();

  interface Use {
    void with(long address);
  }

  /** Lends {@code bytes} bytes, whose contents are whatever was there. What an exception leaves is left to the collector. */
  void lend(long bytes, Use use) {
    Scratch scratch;
    synchronized (spare) {
      scratch = spare.poll();
    }
    if (scratch == null) {
      scratch = new Scratch();
    }
    use.with(scratch.address(bytes));
    scratch.checkGuards();
    synchronized (spare) {
      spare.push(scratch);
    }
  }
}
