package dev.minnow.kernel;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Persistent threads that share the slices of one operation at a time. Which thread runs a slice is left to chance; whoever cuts the
 * slices sees to it that results do not depend on it.
 */
final class WorkerPool implements AutoCloseable {
  /** One operation, cut into numbered slices that may run in any order and at once. */
  @FunctionalInterface
  interface Slice {
    void run(int slice, Workspace workspace);
  }

  /** About what waking a parked thread costs: who spins this long before parking waits at most twice as long as the best choice. */
  private static final long SPIN_NANOS = 50_000;

  private final Worker[] workers;
  private final Workspace ownerWorkspace = new Workspace();
  private final ArrayDeque<Workspace> spareWorkspaces = new ArrayDeque<>();
  private final ExecutorService virtualCallers;

  /** True while one caller owns the workers. */
  private final AtomicBoolean owned = new AtomicBoolean();

  /**
   * High half: a number that each operation increments. Low half: slices that no one has claimed. A claim decrements the whole, which
   * fails when the operation has changed; after a claim {@link #body} and {@link #slices} stay until the slice is counted as finished.
   */
  private final AtomicLong unclaimed = new AtomicLong();

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable Slice body;
  private int slices;
  private volatile @Nullable Thread waitingOwner;
  private volatile boolean closed;

  /**
   * Starts the threads.
   *
   * @param threads threads that share an operation, the caller included
   */
  WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("A worker pool has at least 1 thread, not " + threads + ".");
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    virtualCallers = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("minnow-virtual-callers").factory());
    for (Worker worker : workers) {
      worker.start();
    }
  }

  /** Threads that share an operation, the caller included. */
  int threads() {
    return workers.length + 1;
  }

  /**
   * Runs slices 0 to {@code count} - 1 and returns when all are done. The caller takes part. While another caller is inside, or from
   * within a slice, the caller runs them all itself. A virtual thread waits unmounted while a platform thread calls in its place.
   *
   * <p>When a slice throws, those not begun are dropped and the first exception is thrown here.
   *
   * @throws IllegalStateException if the pool was closed
   */
  void run(int count, Slice slice) {
    if (count < 0) {
      throw new IllegalArgumentException("An operation has no negative number of slices: " + count + ".");
    }
    if (Thread.currentThread().isVirtual()) {
      runForVirtualThread(count, slice);
    } else {
      runHere(count, slice);
    }
  }

  private void runForVirtualThread(int count, Slice slice) {
    try {
      CompletableFuture.runAsync(() -> runHere(count, slice), virtualCallers).join();
    } catch (RejectedExecutionException e) {
      throw closedException();
    } catch (CompletionException e) {
      throw WorkerPool.<RuntimeException>unchecked(Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private void runHere(int count, Slice slice) {
    if (closed) {
      throw closedException();
    }
    if (owned.compareAndSet(false, true)) {
      try {
        runShared(count, slice);
      } finally {
        owned.set(false);
      }
    } else {
      runAlone(count, slice);
    }
  }

  private void runAlone(int count, Slice slice) {
    Workspace workspace = takeSpareWorkspace();
    for (int i = 0; i < count; i++) {
      slice.run(i, workspace);
    }
    // After an exception the workspace is left to the collector.
    giveBack(workspace);
  }

  private void runShared(int count, Slice slice) {
    if (count <= 1 || workers.length == 0) {
      for (int i = 0; i < count; i++) {
        slice.run(i, ownerWorkspace);
      }
      return;
    }
    body = slice;
    slices = count;
    unfinished.set(count);
    long operation = (unclaimed.get() >>> 32) + 1;
    unclaimed.set(operation << 32 | count);
    wakeWorkers(count - 1);
    runClaimedSlices(ownerWorkspace);
    awaitFinish();
    body = null;
    Throwable thrown = failure.getAndSet(null);
    if (thrown != null) {
      throw WorkerPool.<RuntimeException>unchecked(thrown);
    }
  }

  private void wakeWorkers(int useful) {
    for (int i = 0; i < Math.min(useful, workers.length); i++) {
      if (workers[i].parked) {
        LockSupport.unpark(workers[i]);
      }
    }
  }

  private boolean hasUnclaimed() {
    return (int) unclaimed.get() != 0;
  }

  private void runClaimedSlices(Workspace workspace) {
    for (long state = unclaimed.get(); (int) state != 0; state = unclaimed.get()) {
      if (unclaimed.compareAndSet(state, state - 1)) {
        runClaimed(slices - (int) state, workspace);
      }
    }
  }

  private void runClaimed(int slice, Workspace workspace) {
    try {
      if (failure.get() == null) {
        Objects.requireNonNull(body).run(slice, workspace);
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      if (unfinished.decrementAndGet() == 0) {
        LockSupport.unpark(waitingOwner);
      }
    }
  }

  private void awaitFinish() {
    long deadline = System.nanoTime() + SPIN_NANOS;
    while (unfinished.get() != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    waitingOwner = Thread.currentThread();
    while (unfinished.get() != 0) {
      LockSupport.park(this);
    }
    waitingOwner = null;
  }

  private Workspace takeSpareWorkspace() {
    synchronized (spareWorkspaces) {
      Workspace spare = spareWorkspaces.poll();
      return spare != null ? spare : new Workspace();
    }
  }

  private void giveBack(Workspace workspace) {
    synchronized (spareWorkspaces) {
      // More callers at once than threads gain nothing, so no more are kept.
      if (spareWorkspaces.size() < threads()) {
        spareWorkspaces.push(workspace);
      }
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("The kernel was closed.");
  }

  /** Throws any throwable as it is: slices declare none that is checked. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException unchecked(Throwable throwable) throws T {
    throw (T) throwable;
  }

  /** Lets the threads end once their current slices are done; operations that have begun still finish. Closing twice does nothing. */
  @Override
  public void close() {
    closed = true;
    virtualCallers.shutdown();
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private volatile boolean parked;

    Worker(int number) {
      super("minnow-worker-" + number);
      setDaemon(true);
    }

    @Override
    public void run() {
      Workspace workspace = new Workspace();
      while (awaitWork()) {
        runClaimedSlices(workspace);
      }
    }

    /** Returns true when there may be a slice to claim, false when the pool was closed. */
    private boolean awaitWork() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (!closed && System.nanoTime() < deadline) {
        if (hasUnclaimed()) {
          return true;
        }
        Thread.onSpinWait();
      }
      parked = true;
      while (!closed && !hasUnclaimed()) {
        LockSupport.park(WorkerPool.this);
        // An interrupt would make every later park return at once.
        Thread.interrupted();
      }
      parked = false;
      return !closed;
    }
  }
}
