package dev.minnow.checkpoint;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Reads and writes files on behalf of a thread that may be interrupted, before or meanwhile, as a way to stop a run: Java closes the file
 * at which an interrupted thread works, so another thread works at it, and the interrupt stays for the caller to see.
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
    Optional<IOException> failure = get(() -> failure(work));
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static Optional<IOException> failure(Work work) {
    try {
      work.run();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /** Returns what the source gives, or throws what it throws. */
  static <T> T get(Supplier<T> source) {
    try {
      return CompletableFuture.supplyAsync(source, Thread::startVirtualThread).join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new AssertionError("A source throws nothing that is checked.", e);
      }
    }
  }
}
