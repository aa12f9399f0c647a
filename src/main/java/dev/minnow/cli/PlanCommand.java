package dev.minnow.cli;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.SteadyTiming;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.plan.Budget;
import dev.minnow.train.plan.CorpusProfile;
import dev.minnow.train.plan.ScalingLaw;
import dev.minnow.train.plan.TrainingPlan;
import dev.minnow.train.plan.TrainingPlanner;
import dev.minnow.train.run.TrainingBenchmark;
import dev.minnow.train.step.MemoryPlan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what training would cost and come to before it begins. */
@Command(name = "plan",
    description = {
        "Show what training a model takes: parameters, memory, arithmetic, and the speed of some real steps on this machine.",
        "With a corpus also the loss to expect; with a budget too, models that fit it and the best of them as a command to run."
    })
final class PlanCommand implements Callable<Integer>, HasIdleOptions {
  /** Compilers are done with the kernels of small models after some three seconds. */
  private static final double PROBE_SECONDS = 6;

  private static final Set<String> OF_A_CORPUS =
      Set.of("--minutes", "--memory", "--parameters", "--validation", "--field", "--column", "--encoding");

  private final Console console;

  @Parameters(paramLabel = "CORPUS", arity = "0..*", converter = FileName.class, description = TrainOptions.CORPUS)
  private List<String> corpus = List.of();

  @Mixin
  private ReadingSwitches reading = new ReadingSwitches();

  @Option(names = "--minutes", paramLabel = "M", description = "Time to train, about; without, as many tokens as are compute-optimal.")
  private @Nullable Double minutes;

  @Option(names = "--memory", paramLabel = "SIZE",
      description = "Memory that the training may take, such as 512m or 2g; what is free if absent.")
  private @Nullable String memory;

  @Option(names = "--parameters", paramLabel = "N", description = "Parameters that the model may have.")
  private @Nullable Long parameters;

  @Option(names = "--validation", paramLabel = "FRACTION",
      description = "Share of the text to hold out (0.1, but at most 256 KiB).")
  private @Nullable Double validation;

  @Mixin
  private ShapeOptions shape;
  @Mixin
  private BatchOptions batch;

  @Option(names = "--no-probe",
      description = "Without a corpus: leave the speed out, which takes some seconds and the memory that is planned.")
  private boolean noProbe;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean isIdle(String option) {
    return corpus.isEmpty() ? OF_A_CORPUS.contains(option) : option.equals("--no-probe");
  }

  @Override
  public Integer call() throws IOException {
    Budget budget = new Budget(minutes, memory == null ? null : ByteCount.of("--memory", memory), parameters);
    if (!corpus.isEmpty()) {
      weigh(budget);
    } else if (budget.isBounded()) {
      throw new IllegalArgumentException("A budget needs a corpus to spend it on; name a file, a folder or a catalogue name such as jdk.");
    } else if (validation != null || !reading.given().isEmpty()) {
      String name = validation != null ? "validation" : reading.given().keySet().iterator().next();
      throw new IllegalArgumentException("--" + name + " is of a corpus, and none was given; name one, or leave the option out.");
    } else {
      describe();
    }
    return ExitCode.DONE;
  }

  /** Weighs models for a corpus against each other. */
  private void weigh(Budget budget) throws IOException {
    if (noProbe) {
      throw new IllegalArgumentException("--no-probe is for plans without a corpus; how much a model learns depends on the speed.");
    }
    corpus.stream().map(PreparedCorpus::find).flatMap(Optional::stream).findFirst().ifPresent(folder -> {
      throw new IllegalArgumentException(folder + " is a prepared corpus, which has tokens and no text; name the texts that it came from.");
    });
    Map<String, Object> given = shape.given();
    given.putAll(batch.given());
    given.putAll(reading.given());
    if (validation != null) {
      given.put("validation", validation);
    }
    try (Kernel kernel = compute.open(WeightUse.TRAINING)) {
      ProgressDisplay progress = new ProgressDisplay(console);
      Corpus texts = Corpus.open(corpus, reading.options(), progress);
      CorpusProfile profile = CorpusProfile.of(texts, validation);
      texts.problems().sentences().forEach(console::note);
      TrainingPlan plan = new TrainingPlanner(kernel, profile, ScalingLaw.ofMinnow(), budget).plan(shape.preset, given, progress);
      TrainLine line = new TrainLine(corpus, shape.preset, plan.recommended(), compute);
      CandidatesReport report = new CandidatesReport(plan, kernel, line);
      console.print(output.json ? report.json() + "\n" : report.text());
    }
  }

  /** Describes one model. */
  private void describe() throws IOException {
    RunOptions options = shape.withoutCorpus(Preset.TINY, batch.given());
    ModelConfig config = options.setup().config();
    TrainingOptions training = options.withSteps(1).training();
    try (Kernel kernel = compute.open(WeightUse.TRAINING)) {
      MemoryPlan plan = MemoryPlan.of(kernel, config, training);
      Optional<String> obstacle = plan.obstacle();
      Double stepSeconds = noProbe || obstacle.isPresent() ? null : probe(kernel, options);
      PlanReport report = new PlanReport(new ParameterTable(config), training, plan, kernel, stepSeconds);
      console.print(output.json ? report.json() + "\n" : report.text());
      obstacle.ifPresent(sentence -> console.notice("minnow: " + sentence));
    }
  }

  /** Seconds of a real step. */
  private static @Nullable Double probe(Kernel kernel, RunOptions options) throws IOException {
    try (TrainingBenchmark benchmark = new TrainingBenchmark(kernel, options)) {
      return SteadyTiming.lateMeanSeconds(() -> benchmark.step().seconds(), PROBE_SECONDS);
    }
  }
}
