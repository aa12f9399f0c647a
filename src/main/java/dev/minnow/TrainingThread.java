package dev.minnow;

import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingListener;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/**
 * Runs a training on a thread of its own while the caller waits, so that an interrupt of the caller is a request to stop: Java would close
 * the file at which an interrupted thread works.
 */
final class TrainingThread implements TrainingListener {
  private volatile boolean isInterrupted;

  /** Whether a run has begun, which saves when it is asked to stop; of the training's own thread. */
  private boolean isBegun;

  /** What trains. */
  interface Work<T> {
    /**
     * Trains.
     *
     * @param thread whose listener and stop it must heed
     */
    T run(TrainingThread thread) throws IOException;
  }

  /**
   * Returns what the work returns, or throws what it throws; an interrupt stays for the caller to see.
   *
   * @throws CancellationException if the caller is interrupted before a run has begun
   */
  static <T> T run(Work<T> work) throws IOException {
    TrainingThread thread = new TrainingThread();
    FutureTask<T> task = new FutureTask<>(() -> work.run(thread));
    Thread.ofPlatform().name("minnow training").start(task);
    return thread.await(task);
  }

  private <T> T await(FutureTask<T> task) throws IOException {
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new AssertionError("Work throws nothing else that is checked.", e);
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Asks to stop where the caller was interrupted or another request says so. */
  BooleanSupplier stopOr(BooleanSupplier other) {
    return () -> isInterrupted || other.getAsBoolean();
  }

  @Override
  public void working(String what, long done, long total) {
    requireUndisturbedBeginning();
  }

  @Override
  public void started(RunSummary summary) {
    requireUndisturbedBeginning();
    isBegun = true;
  }

  private void requireUndisturbedBeginning() {
    if (isInterrupted && !isBegun) {
      throw new CancellationException("The training was interrupted before its first step; nothing was saved, run it again.");
    }
  }
}
