package dev.minnow.cli;

import dev.minnow.kernel.Precision;
import picocli.CommandLine.Option;

/** What weights are multiplied as. */
final class PrecisionOption {
  @Option(names = "--precision", paramLabel = "NAME",
      description = "What weights are multiplied as: ${COMPLETION-CANDIDATES}; narrower ones are faster and less exact, and take memory"
          + " beside those in fp32 (default: ${DEFAULT-VALUE}).")
  Precision precision = Precision.FP32;
}
