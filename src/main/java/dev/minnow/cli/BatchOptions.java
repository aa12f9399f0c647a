package dev.minnow.cli;

import dev.minnow.train.OptimizerChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a training step reads; what is not given comes from the preset. */
final class BatchOptions {
  @Option(names = "--batch", paramLabel = "N", description = "Windows of one pass.")
  private @Nullable Integer batch;

  @Option(names = "--accumulate", paramLabel = "N", description = "Passes whose gradients are added before an update.")
  private @Nullable Integer accumulate;

  @Option(names = "--optimizer", description = "What moves the parameters: ${COMPLETION-CANDIDATES} (adamw).")
  private @Nullable OptimizerChoice optimizer;

  @Option(names = "--seed", paramLabel = "N", description = "Fixes initialisation, data order, dropout and samples (1337).")
  private @Nullable Long seed;

  /** The options that were given, by their names without dashes. */
  Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    ShapeOptions.put(given, "batch", batch);
    ShapeOptions.put(given, "accumulate", accumulate);
    ShapeOptions.put(given, "optimizer", optimizer);
    ShapeOptions.put(given, "seed", seed);
    return given;
  }
}
