package dev.minnow.kernel.pool;

import dev.minnow.kernel.tile.MatrixUnit;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Persistent threads that share the slices of one operation at a time. Each begins with an even share of its own, of slices that follow
 * each other, so that rows that an operation leaves in a thread's cache are in that cache for the next operation too; who has finished
 * takes slices of the others. Which thread runs a slice is left to chance for that reason; whoever cuts the slices sees to it that results
 * do not depend on it.
 */
public final class WorkerPool implements AutoCloseable {
  /** One operation, cut into numbered slices that may run in any order and at once. */
  @FunctionalInterface
  public interface Slice {
    public void run(int slice, Workspace workspace);
  }

  /** About what waking a parked thread costs: who spins this long before parking waits at most twice as long as the best choice. */
  private static final long SPIN_NANOS = 50_000;

  private final Worker[] workers;
  private final @Nullable MatrixUnit unit;
  private final Workspace ownerWorkspace;
  private final Spares<Workspace> spareWorkspaces;

  /** Workspaces that have their large arrays. */
  private final AtomicInteger withLarge = new AtomicInteger();
  private final ExecutorService virtualCallers;

  /** True while one caller owns the workers. */
  private final AtomicBoolean owned = new AtomicBoolean();

  /** The number of the operation that was begun last. */
  private volatile int operation;

  private final SliceShares shares;
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The operation's, for whoever has claimed a slice until it is counted as finished. */
  private @Nullable Slice body;

  private volatile @Nullable Thread waitingOwner;
  private volatile boolean closed;

  /**
   * Starts the threads, none of which will multiply bfloat16.
   *
   * @param threads threads that share an operation, the caller included
   */
  public WorkerPool(int threads) {
    this(threads, null);
  }

  /**
   * Starts the threads.
   *
   * @param threads threads that share an operation, the caller included
   * @param unit what they multiply matrices of bfloat16 with
   * @throws IllegalStateException if there are not that many threads to be had; none is left then
   */
  public WorkerPool(int threads, @Nullable MatrixUnit unit) {
    if (threads < 1) {
      throw new IllegalArgumentException("A worker pool has at least 1 thread, not " + threads + ".");
    }
    this.unit = unit;
    ownerWorkspace = newWorkspace();
    workers = new Worker[threads - 1];
    shares = new SliceShares(threads);
    // More callers at once than threads gain nothing.
    spareWorkspaces = new Spares<>(this::newWorkspace, threads);
    makeWorkers();
    virtualCallers = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("minnow-virtual-callers").factory());
    startWorkers();
  }

  private void makeWorkers() {
    int made = 0;
    try {
      for (; made < workers.length; made++) {
        workers[made] = new Worker(made + 1, newWorkspace());
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

  private Workspace newWorkspace() {
    return new Workspace(unit, withLarge);
  }

  /** What its threads multiply matrices of bfloat16 with. */
  public MatrixUnit unit() {
    if (unit == null) {
      throw new IllegalStateException("These threads multiply no bfloat16.");
    }
    return unit;
  }

  /** Threads that share an operation, the caller included. */
  public int threads() {
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
  public void run(int count, Slice slice) {
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
    Workspace workspace = spareWorkspaces.take();
    for (int i = 0; i < count; i++) {
      slice.run(i, workspace);
    }
    // After an exception the workspace is left to the collector.
    spareWorkspaces.giveBack(workspace);
  }

  private void runShared(int count, Slice slice) {
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
    waitingOwner = Thread.currentThread();
    while (unfinished.get() != 0) {
      LockSupport.park(this);
    }
    waitingOwner = null;
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
        LockSupport.park(WorkerPool.this);
        // An interrupt would make every later park return at once.
        Thread.interrupted();
      }
      parked = false;
      return !closed;
    }
  }
}
