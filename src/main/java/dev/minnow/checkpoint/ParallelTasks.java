package dev.minnow.checkpoint;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs independent tasks on as many threads as there are processors, and waits for all. */
final class ParallelTasks {
  private ParallelTasks() {}

  static void run(List<Runnable> tasks) {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), tasks.size());
    if (threads <= 1) {
      tasks.forEach(Runnable::run);
      return;
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Object>> calls = tasks.stream().map(Executors::callable).toList();
      for (Future<Object> result : executor.invokeAll(calls)) {
        result.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointException("Reading the model was interrupted; start again.", e);
    } catch (ExecutionException e) {
      throw new CheckpointException("Reading the model failed: " + e.getCause() + ".", e);
    }
  }
}
