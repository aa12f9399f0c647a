package dev.minnow.cli;

import picocli.CommandLine.Option;

/** With how many threads to work; it changes no result. */
final class ThreadsOption {
  /** More threads than any machine has processors is a slip of the finger. */
  private static final int MAXIMUM_THREADS = 4096;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that share the work (default: ${DEFAULT-VALUE}, one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * Threads to use.
   *
   * @throws IllegalArgumentException if the option is out of range
   */
  int count() {
    if (threads < 1 || threads > MAXIMUM_THREADS) {
      throw new IllegalArgumentException("--threads must be from 1 to " + MAXIMUM_THREADS + ", not " + threads + ".");
    }
    return threads;
  }
}
