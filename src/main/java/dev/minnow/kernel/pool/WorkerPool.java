package dev.minnow.kernel.pool;

import dev.minnow.kernel.block.MatrixUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
    void run(int slice, Workspace workspace);
  }

  private final @Nullable MatrixUnit unit;
  private final WorkerTeam team;

  /** True while one caller has the team. */
  private final AtomicBoolean owned = new AtomicBoolean();

  private final Spares<Workspace> spareWorkspaces;
  private final ScratchPool scratch;

  /** Workspaces that have their large arrays. */
  private final AtomicInteger withLarge = new AtomicInteger();
  private final ExecutorService virtualCallers;
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
    team = new WorkerTeam(threads, this::newWorkspace);
    // More callers at once than threads gain nothing.
    spareWorkspaces = new Spares<>(this::newWorkspace, Workspace::free, threads);
    // Each of them borrows up to two at a time.
    scratch = new ScratchPool(2 * threads);
    virtualCallers = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("minnow-virtual-callers").factory());
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

  /** Memory off the heap for operations on these threads. */
  public ScratchPool scratch() {
    return scratch;
  }

  /** Threads that share an operation, the caller included. */
  public int threads() {
    return team.threads();
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
        team.run(count, slice);
      } finally {
        owned.set(false);
        if (closed) {
          freeOwnerWorkspace();
        }
      }
    } else {
      runAlone(count, slice);
    }
  }

  private void runAlone(int count, Slice slice) {
    Workspace workspace = spareWorkspaces.take();
    try {
      for (int i = 0; i < count; i++) {
        slice.run(i, workspace);
      }
    } finally {
      spareWorkspaces.giveBack(workspace);
    }
  }

  /** Frees what the one who has the team works in, unless someone has it, who will do so. */
  private void freeOwnerWorkspace() {
    if (owned.compareAndSet(false, true)) {
      team.freeOwnerWorkspace();
      owned.set(false);
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("The kernel was closed.");
  }

  /** Throws any throwable as it is: slices declare none that is checked. */
  @SuppressWarnings("unchecked")
  static <T extends Throwable> RuntimeException unchecked(Throwable throwable) throws T {
    throw (T) throwable;
  }

  /**
   * Lets the threads end once their current slices are done; operations that have begun still finish. Scratch off the heap is freed, what
   * somebody uses as soon as it is used no more. Closing twice does nothing.
   */
  @Override
  public void close() {
    closed = true;
    virtualCallers.shutdown();
    team.close();
    freeOwnerWorkspace();
    spareWorkspaces.close();
    scratch.close();
  }
}
