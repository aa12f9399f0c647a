package dev.minnow.cli;

import dev.minnow.corpus.prepare.PreparationOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What work on a corpus may take; it changes no result. */
final class WorkOptions {
  private static final long USUAL_MEMORY_BYTES = 1L << 30;
  private static final long MOST_MEMORY_BYTES =
      Math.max(PreparationOptions.LEAST_MEMORY_BYTES, Runtime.getRuntime().maxMemory() / 2);

  @Mixin
  private ThreadsOption threads;

  @Option(names = "--memory", paramLabel = "SIZE",
      description = "Memory for texts under way and tables, such as 128m; at most half of the Java heap (default: ${DEFAULT-VALUE}).")
  private String memory = mebibytes(Math.min(USUAL_MEMORY_BYTES, MOST_MEMORY_BYTES));

  int threads() {
    return threads.count();
  }

  long memoryBytes() {
    long bytes = ByteCount.of("--memory", memory);
    if (bytes < PreparationOptions.LEAST_MEMORY_BYTES || bytes > MOST_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "--memory must be from " + mebibytes(PreparationOptions.LEAST_MEMORY_BYTES) + " to " + mebibytes(MOST_MEMORY_BYTES)
              + ", half of the Java heap, not " + memory + "; give a size between, or leave it out.");
    }
    return bytes;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + "m";
  }
}
