package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.PeakMeter;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures training. */
@Command(name = "train", description = "Measure whole training steps, optimizer included, on random tokens.")
final class BenchTrainCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private ShapeOptions shape;
  @Mixin
  private BatchOptions batch;

  @Option(names = "--steps", paramLabel = "N", description = "Steps to time, after a warm-up (default: ${DEFAULT-VALUE}).")
  private int steps =
      20;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  BenchTrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (steps < 1) {
      throw new IllegalArgumentException("--steps must be at least 1, not " + steps + ".");
    }
    Map<String, Object> given = shape.given();
    given.putAll(batch.given());
    given.put("corpus", List.of());
    RunOptions options = RunOptions.create(shape.preset == null ? Preset.TINY : shape.preset, given);
    try (Kernel kernel = compute.open(WeightUse.TRAINING);
        TrainingBenchmark benchmark = new TrainingBenchmark(kernel, options);
        PeakMeter meter = new PeakMeter(kernel)) {
      StepReport first = benchmark.step();
      double seconds = SteadyTiming.medianSeconds(() -> benchmark.step().seconds(), steps, 0);
      double tokensPerSecond = first.tokens() / seconds;
      print(benchmark, tokensPerSecond, benchmark.table().flopsPerTrainedToken() * tokensPerSecond / 1e9, meter.gigaflops(), kernel);
    }
    return ExitCode.DONE;
  }

  private void print(TrainingBenchmark benchmark, double tokensPerSecond, double gigaflops, double peak, Kernel kernel) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens_per_second", tokensPerSecond)
              .put("gflops", gigaflops)
              .put("share_of_peak", gigaflops / peak)
              .put("kernel", kernel.name())
              .put("threads", kernel.threads());
      console.println(line.toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              "%,d parameters: %,.0f tokens/s, %.0f GFLOP/s, %.0f %% of the %.0f GFLOP/s that %d threads reach on registers alone (%s kernel)",
              benchmark.table().elementCount(),
              tokensPerSecond,
              gigaflops,
              100 * gigaflops / peak,
              peak,
              kernel.threads(),
              kernel.name()));
    }
  }
}
