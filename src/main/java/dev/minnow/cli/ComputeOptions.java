package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.Precision;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.option.RunOptions;
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
    if (kernel != KernelChoice.AUTO) {
      given.put("kernel", kernel);
    }
    if (threads() != Runtime.getRuntime().availableProcessors()) {
      given.put("threads", threads());
    }
    return given;
  }

  /** Opens the kernel that a run goes on with, or begins with; the caller closes it. */
  Kernel openFor(RunOptions run) {
    return run.kernelToGoOn(kernel).open(WeightUse.TRAINING, threads());
  }

  /**
   * Opens the kernel that shows what a precision of weights does to losses: where none is asked for, one that rounds nothing else; the
   * caller closes it.
   */
  Kernel openForLosses(Precision precision) {
    return kernel == KernelChoice.AUTO && precision != Precision.FP32 ? openExact() : open(precision.use());
  }

  /** Opens a kernel that rounds no weights; the caller closes it. */
  Kernel openExact() {
    return (kernel == KernelChoice.SCALAR ? kernel : KernelChoice.AUTO).open(WeightUse.FP32, threads());
  }

  /** Opens the kernel for this use of weights; the caller closes it. */
  Kernel open(WeightUse use) {
    return kernel.open(use, threads());
  }
}
