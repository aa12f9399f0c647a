package dev.minnow.kernel.pool;

import dev.minnow.kernel.pool.WorkerPool.Slice;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Persistent threads that run one operation at a time, together with the thread that asks for it. Between operations they spin for a
 * moment and then park.
 */
final class WorkerTeam {
  /** About what waking a parked thread costs: who spins this long before parking waits at most twice as long as the best choice. */
  private static final long SPIN_NANOS = 50_000;

  private final Worker[] workers;
  private final Workspace ownerWorkspace;
  private final SliceShares shares;

  /** The number of the operation that was begun last. */
  private volatile int operation;

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The operation's, for whoever has claimed a slice until it is counted as finished. */
  private @Nullable Slice body;

  private volatile @Nullable Thread waitingOwner;
  private volatile boolean closed;

  /**
   * Starts the threads.
   *
   * @param threads at least 1, that of the caller included
   * @param workspaces makes the one of each
   * @throws IllegalStateException if there are not that many threads to be had; none is left then
   */
  WorkerTeam(int threads, Supplier<Workspace> workspaces) {
    ownerWorkspace = workspaces.get();
    workers = new Worker[threads - 1];
    shares = new SliceShares(threads);
    makeWorkers(workspaces);
    startWorkers();
  }

  private void makeWorkers(Supplier<Workspace> workspaces) {
    int made = 0;
    try {
      for (; made < workers.length; made++) {
        workers[made] = new Worker(made + 1, workspaces.get());
      }
    } catch (OutOfMemoryError e) {
      // What was made leaves room for the exception.
      Arrays.fill(workers, null);
      throw tooManyThreads(made + 1, e);
    }
  }

  private void startWorkers() {
    int started = 0;
    try {
      for (; started < workers.length; started++) {
        workers[started].start();
      }
    } catch (Throwable e) {
      close();
      throw tooManyThreads(started + 1, e);
    }
  }

  private IllegalStateException tooManyThreads(int possible, Throwable cause) {
    return new IllegalStateException(
        "Only " + possible + " of the " + threads() + " threads of the kernel can run here; lower --threads to " + possible
            + ", or raise the limits of memory and threads of this process.",
        cause);
  }

  /** That of the caller included. */
  int threads() {
    return workers.length + 1;
  }

  /** Runs slices 0 to {@code count} - 1 and returns when all are done. One caller at a time may be in here. */
  void run(int count, Slice slice) {
    if (count <= 1 || workers.length == 0) {
      for (int i = 0; i < count; i++) {
        slice.run(i, ownerWorkspace);
      }
      return;
    }
    body = slice;
    unfinished.set(count);
    int number = operation + 1;
    shares.deal(number, count);
    operation = number;
    wakeWorkers(count - 1);
    runClaimedSlices(0, ownerWorkspace);
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

  /** Runs what is unclaimed of a thread's share, then of the others'. */
  private void runClaimedSlices(int thread, Workspace workspace) {
    for (int i = 0; i < threads(); i++) {
      runShare((thread + i) % threads(), workspace);
    }
  }

  private void runShare(int share, Workspace workspace) {
    for (int slice = shares.claim(share); slice != SliceShares.NONE; slice = shares.claim(share)) {
      runClaimed(slice, workspace);
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
    boolean interrupted = false;
    waitingOwner = Thread.currentThread();
    while (unfinished.get() != 0) {
      LockSupport.park(this);
      // It would make every later park return at once.
      interrupted |= Thread.interrupted();
    }
    waitingOwner = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the threads end once their current slices are done; an operation that has begun still finishes. */
  void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** Frees what the thread that asks for operations works in off the heap; no one may be in {@link #run}. */
  void freeOwnerWorkspace() {
    ownerWorkspace.free();
  }

  private final class Worker extends Thread {
    private final int number;
    private final Workspace workspace;
    private int seen;
    private volatile boolean parked;

    Worker(int number, Workspace workspace) {
      super("minnow-worker-" + number);
      this.number = number;
      this.workspace = workspace;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (awaitOperation()) {
        seen = operation;
        runClaimedSlices(number, workspace);
      }
      workspace.free();
    }

    /** Returns true when an operation was begun that this thread has not seen, false when the pool was closed. */
    private boolean awaitOperation() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (!closed && System.nanoTime() < deadline) {
        if (operation != seen) {
          return true;
        }
        Thread.onSpinWait();
      }
      parked = true;
      while (!closed && operation == seen) {
        LockSupport.park(WorkerTeam.this);
        // An interrupt would make every later park return at once.
        Thread.interrupted();
      }
      parked = false;
      return !closed;
    }
  }
}
