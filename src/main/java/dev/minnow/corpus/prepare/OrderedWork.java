package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Work that threads share and whose results come back on the giving thread, in the order given. It is begun in that order too, so a task
 * may wait for an earlier one. What is under way is bounded: giving more first takes results.
 */
final class OrderedWork<T> implements AutoCloseable {
  private record UnderWay<T>(long bytes, Future<T> result) {}

  private final ExecutorService workers;
  private final Queue<UnderWay<T>> underWay = new ArrayDeque<>();
  private final long mostBytes;
  private final Consumer<T> results;
  private long bytesUnderWay;

  /**
   * Starts the threads.
   *
   * @param threads that work, besides the giving one
   * @param mostBytes of work under way; a larger task runs alone
   * @param results takes each result
   */
  OrderedWork(int threads, long mostBytes, Consumer<T> results) {
    if (threads < 1) {
      throw new IllegalArgumentException("The number of threads must be at least 1, not " + threads + ".");
    }
    this.workers = Executors.newFixedThreadPool(threads);
    this.mostBytes = mostBytes;
    this.results = results;
  }

  /**
   * Gives a task.
   *
   * @param bytes of memory that it holds, its result included
   */
  void give(long bytes, Callable<T> task) {
    while (!underWay.isEmpty() && bytesUnderWay + bytes > mostBytes) {
      takeOne();
    }
    underWay.add(new UnderWay<>(bytes, workers.submit(task)));
    bytesUnderWay += bytes;
  }

  /** Waits for all that was given and takes the results. */
  void takeAll() {
    while (!underWay.isEmpty()) {
      takeOne();
    }
  }

  private void takeOne() {
    UnderWay<T> oldest = underWay.remove();
    bytesUnderWay -= oldest.bytes();
    results.accept(result(oldest.result()));
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException("Working on text failed: " + e.getMessage() + ".", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CorpusException("Reading the corpus was interrupted; start again.", e);
    }
  }

  /** Ends the threads; tasks that have not begun are dropped. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
