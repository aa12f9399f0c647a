package dev.minnow.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an object has opened for itself: it is closed with the object, the latest first, or at once where the object cannot be made. */
public final class Opened implements AutoCloseable {
  private final Deque<Runnable> closing = new ArrayDeque<>();

  /**
   * Takes something that was opened.
   *
   * @param close how it is closed
   * @return the same
   */
  public <T> T add(T opened, Consumer<? super T> close) {
    closing.push(() -> close.accept(opened));
    return opened;
  }

  /** Closes everything, whatever fails; the first failure is thrown. Closing twice does nothing. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!closing.isEmpty()) {
      failure = closed(closing.pop(), failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException closed(Runnable close, @Nullable RuntimeException before) {
    try {
      close.run();
      return before;
    } catch (RuntimeException e) {
      if (before == null) {
        return e;
      }
      before.addSuppressed(e);
      return before;
    }
  }
}
