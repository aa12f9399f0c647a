package dev.minnow.train.report;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.LowestLoss;
import dev.minnow.checkpoint.SeenLosses;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.KindMeasure;
import dev.minnow.train.Preset;
import dev.minnow.train.StepReport;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.MetricsLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folder of a run that never was: its files are written by the classes that write a real run's. */
final class ExampleRun {
  static final String HOSTILE =
      "</script><script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\"><!-- \u2028\u2029 ]]> & &lt; ' \" \\ `${1}` \u202e end";

  private ExampleRun() {}

  /** A run of some steps, saved after them, with a sample of hostile text. */
  static Path write(Path folder, int steps) {
    log(folder, steps);
    save(folder, steps);
    return folder;
  }

  static void log(Path folder, int steps) {
    append(folder, "{\"event\":\"start\",\"step\":0,\"flops_per_token\":100000,\"peak_gigaflops\":80,\"kernel\":\"amx\",\"threads\":2}");
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      MetricsLog log = new MetricsLog(folder.resolve("metrics.jsonl"), kernel);
      for (int step = 1; step <= steps; step++) {
        log.stepped(new StepReport(step, 5.0 / Math.sqrt(step), 1e-3, 1 + step % 3, 1024, 0.01, null));
        if (step % 10 == 0) {
          log.evaluated(step, new Evaluation(1000, 5.5 / Math.sqrt(step), 2.5), true);
          log.measured(step, Map.of(ParameterKind.QUERY, new KindMeasure(0.5, 1e-3), ParameterKind.BIAS, new KindMeasure(0.1, 0)));
          log.sampled(step, HOSTILE + step);
        }
      }
    }
  }

  /** Adds a line to the log of a run. */
  static void append(Path folder, String line) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("metrics.jsonl"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void save(Path folder, int steps) {
    ModelConfig config = ModelConfig.gpt2(256, 32, 16, 2, 2);
    RunOptions options =
        RunOptions.create(Preset.TINY, Map.of("corpus", List.of("/texts/" + HOSTILE), "lr", 1e-3)).withSteps(steps);
    TrainingState state =
        new TrainingState(steps, steps, 1, new LowestLoss(2, steps, 0), steps, List.of(), SeenLosses.NONE, options.toJson(), Map.of());
    try (LoadedModel model =
        new LoadedModel(config, ParameterSet.initialized(new ParameterTable(config), 1), Optional.of(Tokenizer.bytes()))) {
      new CheckpointFolder(folder).save(model, state, 1);
    }
  }
}
