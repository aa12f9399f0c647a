package dev.minnow.checkpoint;

import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs independent tasks on as many threads as there are processors, and waits for all. */
final class ParallelTasks {
  /** Elements of a tensor that one task fills: large against the cost of a task, small against a 124M model's 38M token embedding. */
  static final long TASK_ELEMENTS = 1 << 20;

  private ParallelTasks() {}

  /**
   * A new set of parameters that tasks have filled; if one fails, there is none.
   *
   * @param tasks that fill a set, each a part of its own
   */
  static ParameterSet fill(ParameterTable table, Function<ParameterSet, List<Runnable>> tasks) {
    ParameterSet parameters = ParameterSet.zeros(table);
    try {
      List<Runnable> all = tasks.apply(parameters);
      if (table.elementCount() > TASK_ELEMENTS) {
        run(all);
      } else {
        // Starting threads would take longer than the work.
        all.forEach(Runnable::run);
      }
      return parameters;
    } catch (RuntimeException | Error e) {
      parameters.close();
      throw e;
    }
  }

  private static void run(List<Runnable> tasks) {
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
