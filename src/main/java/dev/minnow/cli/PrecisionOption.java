package dev.minnow.cli;

import dev.minnow.kernel.Precision;
import picocli.CommandLine.Option;

/** How weights are kept. */
final class PrecisionOption {
  @Option(names = "--precision", paramLabel = "NAME",
      description = "Weights in memory: ${COMPLETION-CANDIDATES}; narrower ones are faster and less exact (default: ${DEFAULT-VALUE}).")
  Precision precision = Precision.FP32;
}
