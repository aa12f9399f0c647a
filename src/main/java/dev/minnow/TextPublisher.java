package dev.minnow;

import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Generates a text anew for each subscriber, on a virtual thread of its own, at most one piece ahead of what is requested. */
final class TextPublisher implements Flow.Publisher<String> {
  private final Supplier<TextStream> streams;

  TextPublisher(Supplier<TextStream> streams) {
    this.streams = streams;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super String> subscriber) {
    Demand demand = new Demand();
    subscriber.onSubscribe(demand);
    Thread.ofVirtual().start(() -> publish(subscriber, demand));
  }

  private void publish(Flow.Subscriber<? super String> subscriber, Demand demand) {
    try {
      // Nothing is computed for one that only listens.
      if (demand.isWanted()) {
        try (TextStream stream = streams.get()) {
          demand.whenCancelled(stream::cancel);
          while (stream.hasNext()) {
            if (!demand.take()) {
              return;
            }
            subscriber.onNext(stream.next());
          }
        }
      }
    } catch (RuntimeException | Error e) {
      if (!demand.isCancelled()) {
        subscriber.onError(e);
      }
      return;
    }
    if (!demand.isCancelled()) {
      subscriber.onComplete();
    }
  }

  /** How many pieces a subscriber takes. */
  private static final class Demand implements Flow.Subscription {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long requested;
    private boolean cancelled;
    private Runnable whenCancelled = () -> {};
    private @Nullable IllegalArgumentException refused;

    @Override
    public void request(long count) {
      change(() -> {
        if (count <= 0) {
          refused = new IllegalArgumentException("A subscriber requests at least 1 piece, not " + count + ".");
        } else {
          requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
        }
      });
    }

    @Override
    public void cancel() {
      change(() -> {
        cancelled = true;
        whenCancelled.run();
      });
    }

    /** Sets what a cancel does besides; at once where it was cancelled before. */
    void whenCancelled(Runnable action) {
      change(() -> {
        whenCancelled = action;
        if (cancelled) {
          action.run();
        }
      });
    }

    private void change(Runnable change) {
      lock.lock();
      try {
        change.run();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    boolean isCancelled() {
      lock.lock();
      try {
        return cancelled;
      } finally {
        lock.unlock();
      }
    }

    /** Waits for a request; false if it was cancelled. */
    boolean isWanted() {
      return await(0);
    }

    /** Waits for a request and takes one piece of it; false if it was cancelled. */
    boolean take() {
      return await(1);
    }

    private boolean await(int taken) {
      lock.lock();
      try {
        while (requested == 0 && !cancelled && refused == null) {
          changed.awaitUninterruptibly();
        }
        if (refused != null) {
          throw refused;
        }
        requested -= taken;
        return !cancelled;
      } finally {
        lock.unlock();
      }
    }
  }
}
