package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.MeteredKernel;
import dev.minnow.kernel.PeakMeter;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import dev.minnow.train.SteadyTiming;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingBenchmark;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures training. */
@Command(name = "train", description = "Measure whole training steps, optimizer included, on random tokens, and where their time goes.")
final class BenchTrainCommand implements Callable<Integer> {
  /** More of them would not make shares more exact than a tenth of a percent. */
  private static final int MOST_METERED_STEPS = 10;

  /** Seconds of metered steps before those that count: until the meter is compiled, it takes as long as a small model's step. */
  private static final double METER_WARM_UP_SECONDS = 1;

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
    RunOptions options = shape.withoutCorpus(Preset.TINY, batch.given());
    try (MeteredKernel kernel = new MeteredKernel(compute.open(WeightUse.TRAINING));
        TrainingBenchmark benchmark = new TrainingBenchmark(kernel, options);
        PeakMeter meter = new PeakMeter(kernel)) {
      kernel.pause();
      StepReport first = benchmark.step();
      double seconds = SteadyTiming.medianSeconds(() -> benchmark.step().seconds(), steps, 0);
      double peak = meter.gigaflops();
      print(benchmark.table(), first.tokens() / seconds, profile(kernel, benchmark, peak), peak, kernel);
    }
    return ExitCode.DONE;
  }

  /** The profile of some more steps, whose metering the others are spared. */
  private StepProfile profile(MeteredKernel kernel, TrainingBenchmark benchmark, double peak) {
    int metered = Math.min(steps, MOST_METERED_STEPS);
    kernel.resume();
    for (double warmUp = 0; warmUp < METER_WARM_UP_SECONDS;) {
      warmUp += benchmark.step().seconds();
    }
    kernel.reset();
    double seconds = 0;
    for (int i = 0; i < metered; i++) {
      seconds += benchmark.step().seconds();
    }
    return new StepProfile(kernel.phases(), metered, seconds, peak);
  }

  private void print(ParameterTable table, double tokensPerSecond, StepProfile profile, double peak, Kernel kernel) {
    double gigaflops = TokenCost.flopsPerTrainedToken(table) * tokensPerSecond / 1e9;
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens_per_second", tokensPerSecond)
              .put("gflops", gigaflops)
              .put("share_of_peak", gigaflops / peak)
              .put("kernel", kernel.name())
              .put("threads", kernel.threads())
              .put("phases", profile.json());
      console.println(line.toString());
    } else {
      console.println(profile.text());
      console.println(
          String.format(
              Locale.ROOT,
              """
                  %,d parameters: %,.0f tokens/s (%s kernel)
                  %.0f GFLOP/s, %.0f %% of the %.0f GFLOP/s that %d threads reach without memory""",
              table.elementCount(),
              tokensPerSecond,
              kernel.name(),
              gigaflops,
              100 * gigaflops / peak,
              peak,
              kernel.threads()));
    }
  }
}
