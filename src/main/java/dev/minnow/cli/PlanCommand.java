package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.MemoryPlan;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import dev.minnow.train.TrainingBenchmark;
import dev.minnow.train.TrainingOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what training would cost before it begins. */
@Command(name = "plan",
    description = "Show what training a model takes: parameters, memory, arithmetic, and the speed of some real steps on this machine.")
final class PlanCommand implements Callable<Integer> {
  /** Compilers are done with the kernels of small models after some three seconds. */
  private static final double PROBE_SECONDS = 6;

  private final Console console;

  @Mixin
  private ShapeOptions shape;
  @Mixin
  private BatchOptions batch;

  @Option(names = "--no-probe", description = "Leave the speed out, which takes some seconds and the memory that is planned.")
  private boolean noProbe;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    RunOptions options = shape.withoutCorpus(Preset.TINY, batch.given());
    ModelConfig config = options.setup().config();
    TrainingOptions training = options.withSteps(1).training();
    try (Kernel kernel = compute.open(WeightUse.TRAINING)) {
      MemoryPlan memory = new MemoryPlan(kernel, config, training.batch(), training.optimizer(), training.average() > 0);
      Optional<String> obstacle = memory.obstacle();
      Double stepSeconds = noProbe || obstacle.isPresent() ? null : probe(kernel, options);
      PlanReport report = new PlanReport(new ParameterTable(config), training, memory, kernel, stepSeconds);
      console.print(output.json ? report.json() + "\n" : report.text());
      obstacle.ifPresent(sentence -> console.notice("minnow: " + sentence));
    }
    return ExitCode.DONE;
  }

  /** Seconds of a real step. */
  private static @Nullable Double probe(Kernel kernel, RunOptions options) throws IOException {
    try (TrainingBenchmark benchmark = new TrainingBenchmark(kernel, options)) {
      return SteadyTiming.lateMedianSeconds(() -> benchmark.step().seconds(), PROBE_SECONDS);
    }
  }
}
