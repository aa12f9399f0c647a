package dev.minnow.checkpoint;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes files on behalf of a thread that may be interrupted meanwhile, as a way to stop a run: Java closes the file at which an
 * interrupted thread works, so another thread writes, and the interrupt stays for the caller to see.
 */
public final class Uninterrupted {
  private Uninterrupted() {}

  /** What writes. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  /** Returns when the work is done, or throws what it throws. */
  public static void run(Work work) throws IOException {
    switch (CompletableFuture.supplyAsync(() -> failure(work), Thread::startVirtualThread).join()) {
      case null -> {
        // Done.
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("Work throws nothing else that is checked.");
    }
  }

  private static @Nullable Throwable failure(Work work) {
    try {
      work.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }
}
