package dev.minnow.cli;

import dev.minnow.corpus.prepare.PreparationOptions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What work on a corpus may take; it changes no result. */
final class WorkOptions {
  private static final long USUAL_MEMORY_BYTES = 1L << 30;

  @Mixin
  private ThreadsOption threads;

  @Option(names = "--memory", paramLabel = "SIZE",
      description = "Memory for texts under way and tables, such as 512m or 2g (1g, at most half of the Java heap).")
  @Nullable
  private String memory;

  int threads() {
    return threads.count();
  }

  long memoryBytes() {
    long most = Math.max(PreparationOptions.LEAST_MEMORY_BYTES, Runtime.getRuntime().maxMemory() / 2);
    if (memory == null) {
      return Math.min(USUAL_MEMORY_BYTES, most);
    }
    long bytes = ByteCount.of("--memory", memory);
    if (bytes < PreparationOptions.LEAST_MEMORY_BYTES || bytes > most) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "--memory must be from %dm to half of the Java heap, %dm, not %s.",
              PreparationOptions.LEAST_MEMORY_BYTES >> 20, most >> 20, memory));
    }
    return bytes;
  }
}
