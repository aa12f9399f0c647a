package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.meter.LimitMeter;
import dev.minnow.kernel.meter.MeteredKernel;
import dev.minnow.kernel.meter.PhaseTimes;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.train.Preset;
import dev.minnow.train.SteadyTiming;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.TrainingBenchmark;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures training, by turns with what the same threads reach without memory. */
@Command(name = "train", description = "Measure whole training steps, optimizer included, on random tokens, and where their time goes.")
final class BenchTrainCommand implements Callable<Integer> {
  /** More steps would not make shares more exact than a tenth of a percent. */
  private static final int MOST_METERED_TURNS = 10;

  /** Seconds of metered steps before those that count: until the meter is compiled, it takes as long as a small model's step. */
  private static final double METER_WARM_UP_SECONDS = 1;

  private final Console console;

  @Mixin
  private ShapeOptions shape;
  @Mixin
  private BatchOptions batch;

  @Option(names = "--steps", paramLabel = "N",
      description = "Steps to time, after a warm-up; more of a small model (default: ${DEFAULT-VALUE}).")
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
    PhaseTimes times = new PhaseTimes();
    try (Kernel kernel = new MeteredKernel(compute.open(WeightUse.TRAINING), times);
        TrainingBenchmark benchmark = new TrainingBenchmark(kernel, options);
        LimitMeter peak = LimitMeter.ofOperations(kernel)) {
      times.pause();
      double tokens = benchmark.step().tokens();
      double tokenOperations = TokenCost.flopsPerTrainedToken(benchmark.table());
      DoubleSupplier step = () -> benchmark.step().seconds();
      SteadyTiming.warmUp(step);
      LimitedRate rate = LimitedRate.measured(step, tokens * tokenOperations, peak, steps, 0);
      StepProfile profile = profile(times, benchmark, tokens * tokenOperations, peak);
      print(benchmark.table(), 1e9 * rate.rate() / tokenOperations, rate, profile, kernel);
    }
    return ExitCode.DONE;
  }

  /** The profile of some more steps, whose metering the others are spared, beside the peak of their own moments. */
  private StepProfile profile(PhaseTimes times, TrainingBenchmark benchmark, double work, @Nullable LimitMeter peak) {
    times.resume();
    for (double warmUp = 0; warmUp < METER_WARM_UP_SECONDS;) {
      warmUp += benchmark.step().seconds();
    }
    times.reset();
    DoubleArrayList seconds = new DoubleArrayList();
    DoubleSupplier step =
        () -> {
          double last = benchmark.step().seconds();
          seconds.add(last);
          return last;
        };
    double limit = LimitedRate.measured(step, work, peak, Math.min(steps, MOST_METERED_TURNS), 0).limit();
    return new StepProfile(times.phases(), seconds.size(), seconds.doubleStream().sum(), limit);
  }

  private void print(ParameterTable table, double tokensPerSecond, LimitedRate rate, StepProfile profile, Kernel kernel) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens_per_second", tokensPerSecond)
              .put("gflops", rate.rate())
              .put("share_of_peak", rate.share())
              .put("kernel", kernel.name())
              .put("threads", kernel.threads())
              .put("phases", profile.json());
      console.println(line.toString());
    } else {
      console.println(profile.text(console.outputIsTerminal() ? TerminalWidth.columns() : TerminalWidth.USUAL));
      console.println(
          String.format(
              Locale.ROOT,
              """
                  %,d parameters: %s tokens/s (%s kernel)
                  %s""",
              table.elementCount(),
              TextTable.number(tokensPerSecond, 3),
              kernel.name(),
              rate.text("GFLOP/s", kernel.threads(), "without memory")));
    }
  }
}
