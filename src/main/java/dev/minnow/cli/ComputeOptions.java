package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import picocli.CommandLine.Option;

/** What computes, and with how many threads. */
final class ComputeOptions {
  /** More threads than any machine has processors is a slip of the finger. */
  private static final int MAXIMUM_THREADS = 4096;

  @Option(names = "--kernel", paramLabel = "NAME", description = "Arithmetic to use: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  KernelChoice kernel = KernelChoice.AUTO;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that share the work (default: ${DEFAULT-VALUE}, one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * Threads to use.
   *
   * @throws IllegalArgumentException if the option is out of range
   */
  int threads() {
    if (threads < 1 || threads > MAXIMUM_THREADS) {
      throw new IllegalArgumentException("--threads must be from 1 to " + MAXIMUM_THREADS + ", not " + threads + ".");
    }
    return threads;
  }

  /** Opens a kernel for this use of weights: {@code usual} where the options leave the choice; the caller closes it. */
  Kernel openAs(KernelChoice usual, WeightUse use) {
    return (kernel == KernelChoice.AUTO ? usual : kernel).open(use, threads());
  }

  /** Opens the kernel for this use of weights; the caller closes it. */
  Kernel open(WeightUse use) {
    return openAs(KernelChoice.AUTO, use);
  }
}
