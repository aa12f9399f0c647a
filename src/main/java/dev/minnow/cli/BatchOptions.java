package dev.minnow.cli;

import dev.minnow.train.OptimizerChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a training step reads; what is not given comes from the preset. */
final class BatchOptions extends OptionGroup {
  @Option(names = "--batch", paramLabel = "N", description = "Windows of one pass.")
  @Nullable
  Integer batch;

  @Option(names = "--accumulate", paramLabel = "N", description = "Passes whose gradients are added before an update.")
  @Nullable
  Integer accumulate;

  @Option(names = "--optimizer", description = "What moves the parameters: ${COMPLETION-CANDIDATES} (adamw).")
  @Nullable
  OptimizerChoice optimizer;

  @Option(names = "--seed", paramLabel = "N", description = "Fixes initialisation, data order, dropout and samples (1337).")
  @Nullable
  Long seed;
}
