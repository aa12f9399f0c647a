package dev.minnow.kernel.pool;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Things of one kind that callers borrow, kept from one to the next. Thread-safe. */
final class Spares<T> {
  private final ArrayDeque<T> spares = new ArrayDeque<>();
  private final Supplier<T> maker;
  private final int most;

  /**
   * None yet.
   *
   * @param maker of one where there is no spare one
   * @param most that are kept
   */
  Spares(Supplier<T> maker, int most) {
    this.maker = maker;
    this.most = most;
  }

  T take() {
    synchronized (spares) {
      T spare = spares.poll();
      if (spare != null) {
        return spare;
      }
    }
    return maker.get();
  }

  /** Takes one back, and answers whether it is kept. */
  boolean giveBack(T borrowed) {
    synchronized (spares) {
      if (spares.size() < most) {
        spares.push(borrowed);
        return true;
      }
      return false;
    }
  }
}
