package dev.minnow.cli;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Evaluation;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingJob;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingListeners;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.report.RunLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code minnow train}: from text to a checkpoint folder. */
@Command(name = "train", description = {
    "Trains a model on text and saves it as a folder that generate, repl and Hugging Face tools open.",
    "Ctrl-C saves and ends with exit code 130; --resume goes on from there."
})
final class TrainCommand implements Callable<Integer> {
  private static final Path CHECKPOINTS = Path.of("checkpoints");

  private final Console console;

  @Mixin
  private TrainOptions options = new TrainOptions();

  @Mixin
  private ComputeOptions compute = new ComputeOptions();

  @Mixin
  private JsonOption json = new JsonOption();

  @Option(names = "--resume", description = "Go on with the run in --out; its options and its kernel come from there.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Replace the run in --out.")
  private boolean overwrite;

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    CheckpointFolder folder = new CheckpointFolder(out());
    RunOptions run = resume ? resumedOptions(folder) : newOptions(folder);
    ProgressDisplay display = new ProgressDisplay(console.error(), console.errorIsTerminal());
    try (Kernel kernel = compute.openAs(run.kernel(), WeightUse.TRAINING); StopSignal stop = new StopSignal(display::stopping)) {
      Summary summary = new Summary();
      List<TrainingListener> listeners = new ArrayList<>(List.of(summary, stop, display));
      listeners.addAll(RunLogs.of(folder.folder()));
      TrainingJob job = new TrainingJob(folder, run, options.length(), kernel, new TrainingListeners(listeners), stop::requested);
      TrainingResult result;
      try {
        result = resume ? job.resume() : job.start();
      } catch (IOException | RuntimeException e) {
        display.endLine();
        if (!stop.requested()) {
          throw e;
        }
        // The process ends with this method: nobody else would say it.
        console.notice("minnow: " + Failure.of(e).sentence());
        return ExitCode.FAILED;
      }
      display.endLine();
      print(folder, kernel, summary.summary.orElseThrow(), result, (System.nanoTime() - start) / 1e9);
      return result.end() == TrainingResult.End.INTERRUPTED ? ExitCode.INTERRUPTED : ExitCode.DONE;
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
    return usualFolder(options.corpus.getFirst());
  }

  /** Where a run goes that does not say so, by the first word of its corpus. */
  static Path usualFolder(String word) {
    String name = String.valueOf(Path.of(word).getFileName());
    return CHECKPOINTS.resolve(name.replaceFirst("\\.[^.]*$", "").replaceAll("[^A-Za-z0-9._-]+", "-"));
  }

  private void requireCorpus() {
    if (options.corpus.isEmpty()) {
      throw new IllegalArgumentException("No corpus was given; name a file, a folder or a catalogue name such as jdk.");
    }
  }

  private RunOptions newOptions(CheckpointFolder folder) {
    requireCorpus();
    if (folder.exists() && !overwrite) {
      throw new IllegalArgumentException(
          folder.folder() + " exists already; add --resume to go on with its run, --overwrite to replace it, or choose another --out.");
    }
    return RunOptions.create(options.preset == null ? Preset.TINY : options.preset, options.given());
  }

  private RunOptions resumedOptions(CheckpointFolder folder) {
    if (overwrite || options.preset != null) {
      String contradiction = overwrite ? "--overwrite" : "--preset";
      throw new IllegalArgumentException("--resume goes on with the run as it is; leave out " + contradiction + ".");
    }
    Map<String, Object> given = options.given();
    return RunOptions.resumed(folder, given);
  }

  private void print(CheckpointFolder folder, Kernel kernel, RunSummary summary, TrainingResult result, double seconds) {
    Path checkpoint = folder.folder().toAbsolutePath().normalize();
    if (!json.json) {
      boolean interrupted = result.end() == TrainingResult.End.INTERRUPTED;
      String then = interrupted ? "go on with: scripts/minnow train --resume --out " : "talk to it with: scripts/minnow repl ";
      console.println("The model is in " + folder.folder() + "; " + then + folder.folder());
      return;
    }
    JsonLine line =
        new JsonLine()
            .put("steps", result.steps())
            .put("tokens", result.tokens())
            .put("train_loss", result.trainLoss())
            .put("validation_loss", result.evaluation().map(Evaluation::loss).orElse(null))
            .put("bits_per_byte", result.evaluation().map(Evaluation::bitsPerByte).orElse(null))
            .put("tokens_per_second", result.tokensPerSecond())
            .put("seconds", seconds)
            .put("parameters", summary.parameters())
            .put("checkpoint", checkpoint.toString())
            .put("kernel", kernel.name())
            .put("threads", kernel.threads())
            .put("seed", summary.options().seed());
    console.println(line.toString());
  }
}
