package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What computes, and with how many threads. */
final class ComputeOptions {
  @Option(names = "--kernel", paramLabel = "NAME", description = "Arithmetic to use: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  KernelChoice kernel = KernelChoice.AUTO;

  @Mixin
  private ThreadsOption threads;

  /**
   * Threads to use.
   *
   * @throws IllegalArgumentException if the option is out of range
   */
  int threads() {
    return threads.count();
  }

  /** The options that were given, by their names without dashes. */
  Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    ShapeOptions.put(given, "kernel", kernel == KernelChoice.AUTO ? null : kernel);
    ShapeOptions.put(given, "threads", threads() == Runtime.getRuntime().availableProcessors() ? null : threads());
    return given;
  }

  /**
   * Requires that no other kernel than a run's was asked for.
   *
   * @throws IllegalArgumentException if one was
   */
  void requireAgreement(KernelChoice kept) {
    if (kernel != KernelChoice.AUTO && kept != KernelChoice.AUTO && kernel != kept) {
      throw new IllegalArgumentException(
          "--kernel " + kernel + " does not agree with the run to resume, which has " + kept + "; leave it out or start a new run.");
    }
  }

  /** Opens a kernel for this use of weights: {@code usual} where the options leave the choice; the caller closes it. */
  Kernel openAs(KernelChoice usual, WeightUse use) {
    return (kernel == KernelChoice.AUTO ? usual : kernel).open(use, threads());
  }

  /** Opens a kernel that rounds no weights; the caller closes it. */
  Kernel openExact() {
    return (kernel == KernelChoice.SCALAR ? kernel : KernelChoice.AUTO).open(WeightUse.FP32, threads());
  }

  /** Opens the kernel for this use of weights; the caller closes it. */
  Kernel open(WeightUse use) {
    return openAs(KernelChoice.AUTO, use);
  }
}
