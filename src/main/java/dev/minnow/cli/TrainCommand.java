package dev.minnow.cli;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.corpus.Corpus;
import dev.minnow.kernel.Kernel;
import dev.minnow.train.Evaluation;
import dev.minnow.train.FoldedResult;
import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingListeners;
import dev.minnow.train.TrainingLoss;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.report.RunLogs;
import dev.minnow.train.run.FoldedTraining;
import dev.minnow.train.run.OneBatchCheck;
import dev.minnow.train.run.TrainingFolder;
import dev.minnow.train.run.TrainingJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code minnow train}: from text to a checkpoint folder. */
@Command(name = "train", description = {
    "Trains a model on text and saves it as a folder that generate, repl and Hugging Face tools open.",
    "Ctrl-C saves and ends with exit code 130; --resume goes on from there. Another Ctrl-C ends at once.",
    "In the line of --json train_loss is the mean loss of the last " + TrainingLoss.STEPS + " steps, as in the run's report."
})
final class TrainCommand implements Callable<Integer>, HasIdleOptions {
  private static final TrainingFolder.Advice OCCUPIED =
      new TrainingFolder.Advice("add --resume to go on with it", "add --overwrite to replace it", "choose another --out");

  private final Console console;

  @Mixin
  private TrainOptions options = new TrainOptions();

  @Mixin
  private ComputeOptions compute = new ComputeOptions();

  @Mixin
  private JsonOption json = new JsonOption();

  @Option(names = "--resume",
      description = "Go on with the run in --out, whose options and kernel come from there; its length, --eval-every, --sample-every, "
          + "--save-every, --patience and --keep may change.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Replace the run in --out.")
  private boolean overwrite;

  @Option(names = "--overfit-one-batch",
      description = "Only let the new model learn one batch by heart, as a test of the settings, without dropout, decay, smoothing and a "
          + "falling rate: exit code 0 if it can, 1 if not. Saves nothing.")
  private boolean oneBatch;

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean isIdle(String option) {
    if (oneBatch) {
      return option.equals("--resume") || option.equals("--overwrite") || option.equals("--from") || TrainOptions.isOfAWholeRun(option)
          || options.isIdle(option);
    }
    return resume ? option.equals("--overwrite") || TrainOptions.isOfASavedRun(option)
        : options.isOfANewModel(option) || options.isIdle(option);
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    if (oneBatch) {
      return checkOneBatch(start);
    }
    Path out = out();
    boolean folded = resume ? FoldedTraining.resumable(out) : options.folds != null;
    RunOptions run = resume ? resumedOptions(out, folded) : newOptions(new TrainingFolder(out, folded));
    if (run.setup().corpus().contains(Corpus.STANDARD_INPUT) && console.inputIsTerminal()) {
      console.notice("Type " + (resume ? "the run's text again" : "the text to train on") + " and end it with Ctrl-D.");
    }
    ProgressDisplay display = new ProgressDisplay(console);
    try (Kernel kernel = compute.openFor(run); StopSignal stop = new StopSignal(display::stopping)) {
      Summary summary = new Summary();
      Function<Path, TrainingListener> listeners =
          folder -> RunLogs.after(List.of(summary, stop, display), folder, kernel);
      Runnable print;
      TrainingResult.End end;
      try {
        if (folded) {
          FoldedTraining training = new FoldedTraining(out, run, options.length.get(), kernel, listeners, stop::requested);
          FoldedResult result = resume ? training.resume() : training.start();
          end = result.end();
          for (int number = 1; number <= result.folds().size(); number++) {
            notePatience(FoldedTraining.fold(out, number), result.folds().get(number - 1));
          }
          print = () -> new FoldsReport(console, out, result).print(json.json, facts(out, kernel, summary, start));
        } else {
          CheckpointFolder folder = new CheckpointFolder(out);
          TrainingJob job = new TrainingJob(folder, run, options.length.get(), kernel, listeners.apply(out), stop::requested);
          TrainingResult result = resume ? job.resume() : job.start();
          end = result.end();
          notePatience(out, result);
          print = () -> print(out, result, facts(out, kernel, summary, start));
        }
      } catch (IOException | RuntimeException e) {
        if (!stop.requested()) {
          throw e;
        }
        // The process ends with this method: nobody else would say it.
        console.notice("minnow: " + Failure.of(e).sentence());
        return ExitCode.FAILED;
      }
      print.run();
      return end == TrainingResult.End.INTERRUPTED ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  private void notePatience(Path folder, TrainingResult result) {
    if (result.end() != TrainingResult.End.PATIENCE) {
      return;
    }
    String why =
        result.best()
            .map(
                best -> String.format(
                    Locale.ROOT,
                    "gets no better for as long as --patience allows; the model of step %d, whose %.4f nats are the best, is kept"
                        + " in %s",
                    best.step(), best.validationLoss(), new CheckpointFolder(folder).best()))
            .orElse("is no number for as long as --patience allows");
    console.note("the run has ended before its last step, since its validation loss " + why + ".");
  }

  private int checkOneBatch(long start) throws IOException {
    requireCorpus();
    options.requireNoRun(resume ? "--resume" : overwrite ? "--overwrite" : null);
    RunOptions run = createdOptions();
    ProgressDisplay display = new ProgressDisplay(console);
    try (Kernel kernel = compute.openFor(run); StopSignal stop = new StopSignal(() -> {})) {
      TrainingListeners listeners = new TrainingListeners(List.of(stop, display));
      OneBatchCheck check = OneBatchCheck.run(kernel, run, listeners, stop::requested);
      if (json.json) {
        console.println(
            new JsonLine()
                .put("passed", check.isPassed())
                .put("steps", check.steps())
                .put("first_loss", check.firstLoss())
                .put("last_loss", check.lastLoss())
                .put("parameters", check.parameters())
                .put("seconds", (System.nanoTime() - start) / 1e9)
                .put("kernel", kernel.name())
                .put("threads", kernel.threads())
                .toString());
      } else {
        console.println(
            String.format(
                Locale.ROOT, "The loss of one batch fell from %.4f to %.4f nats in %d steps: %s", check.firstLoss(), check.lastLoss(),
                check.steps(),
                check.isPassed() ? "the model can learn it by heart."
                    : "it was not learned by heart; try another --lr, or a larger model."));
      }
      return stop.requested() ? ExitCode.INTERRUPTED : check.isPassed() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  /** Keeps what the run said when it started. */
  private static final class Summary implements TrainingListener {
    private Optional<RunSummary> summary = Optional.empty();

    @Override
    public void started(RunSummary started) {
      summary = Optional.of(started);
    }
  }

  private Path out() {
    if (options.out != null) {
      return options.out;
    }
    requireCorpus();
    return UsualFolder.of(options.corpus.getFirst());
  }

  private void requireCorpus() {
    if (options.corpus.isEmpty()) {
      throw new IllegalArgumentException("No corpus was given; name a file, a folder or a catalogue name such as jdk.");
    }
  }

  private RunOptions newOptions(TrainingFolder folder) {
    requireCorpus();
    Optional<String> refusal = folder.refusal(overwrite, OCCUPIED);
    if (refusal.isPresent()) {
      throw new IllegalArgumentException(refusal.get());
    }
    return createdOptions();
  }

  private RunOptions createdOptions() {
    return RunOptions.asked(options.shape.preset, options.given());
  }

  private RunOptions resumedOptions(Path out, boolean folded) {
    if (overwrite) {
      throw new IllegalArgumentException("--resume goes on with the run as it is; leave out --overwrite.");
    }
    Map<String, Object> given = options.given();
    RunOptions stored = folded ? FoldedTraining.resumed(out, given) : RunOptions.resumed(new CheckpointFolder(out), given);
    return stored.ofPreset(options.shape.preset, given.keySet());
  }

  private void print(Path out, TrainingResult result, JsonLine facts) {
    if (!json.json) {
      boolean interrupted = result.end() == TrainingResult.End.INTERRUPTED;
      String folder = out.toString();
      String then =
          interrupted ? "go on with: " + ShellLine.of("train", "--resume", "--out", folder)
              : "talk to it with: " + ShellLine.of("repl", folder);
      console.println("The model is in " + out + "; " + then);
      return;
    }
    JsonLine line =
        new JsonLine()
            .put("steps", result.steps())
            .put("tokens", result.tokens())
            .put("train_loss", result.trainLoss())
            .put("validation_loss", result.evaluation().map(Evaluation::loss).orElse(null))
            .put("bits_per_byte", result.evaluation().map(Evaluation::bitsPerByte).orElse(null))
            .put("best_validation_loss", result.best().map(TrainingResult.Best::validationLoss).orElse(null))
            .put("best_step", result.best().map(TrainingResult.Best::step).orElse(null))
            .put("tokens_per_second", result.tokensPerSecond() > 0 ? result.tokensPerSecond() : null);
    console.println(line.putAll(facts).toString());
  }

  /** What the JSON of one run and of folds ends with. */
  private static JsonLine facts(Path out, Kernel kernel, Summary summary, long startNanos) {
    RunSummary run = summary.summary.orElseThrow();
    return new JsonLine()
        .put("seconds", (System.nanoTime() - startNanos) / 1e9)
        .put("parameters", run.parameters())
        .put("checkpoint", out.toAbsolutePath().normalize().toString())
        .put("kernel", kernel.name())
        .put("threads", kernel.threads())
        .put("seed", run.options().seed());
  }
}
