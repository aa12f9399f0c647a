package dev.minnow.kernel.pool;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Things of one kind that callers borrow, kept from one to the next. Thread-safe. */
final class Spares<T> {
  private final ArrayDeque<T> spares = new ArrayDeque<>();
  private final Supplier<T> maker;
  private final Consumer<T> freer;
  private int most;

  /**
   * None yet.
   *
   * @param maker of one where there is no spare one
   * @param freer of one that is not kept
   * @param most that are kept
   */
  Spares(Supplier<T> maker, Consumer<T> freer, int most) {
    this.maker = maker;
    this.freer = freer;
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

  /** Takes one back, to keep or to free it. */
  void giveBack(T borrowed) {
    synchronized (spares) {
      if (spares.size() < most) {
        spares.push(borrowed);
        return;
      }
    }
    freer.accept(borrowed);
  }

  /** The sum of a number of each that no one borrows. */
  long sum(ToLongFunction<T> number) {
    synchronized (spares) {
      return spares.stream().mapToLong(number).sum();
    }
  }

  /** Frees those that no one borrows, and from now on each as it is given back. */
  void close() {
    synchronized (spares) {
      most = 0;
      spares.forEach(freer);
      spares.clear();
    }
  }
}
