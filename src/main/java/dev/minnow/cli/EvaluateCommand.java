package dev.minnow.cli;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.corpus.Corpus;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Evaluation;
import dev.minnow.train.TextEvaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Measures how well a model predicts text. */
@Command(name = "eval", description = "Measure how well a model predicts texts.")
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder.")
  private Path folder;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Texts: files, folders, globs, .zip, .gz or .jsonl files.")
  private List<String> files;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long start = System.nanoTime();
    Corpus text = Corpus.open(files);
    ProgressDisplay progress = new ProgressDisplay(console.error(), console.errorIsTerminal());
    try (Kernel kernel = compute.open(WeightUse.FP32); LoadedModel model = new CheckpointFolder(folder).load()) {
      Evaluation evaluation = TextEvaluation.of(kernel, model, text, progress);
      progress.endLine();
      print(evaluation, (System.nanoTime() - start) / 1e9);
    }
    return ExitCode.DONE;
  }

  private void print(Evaluation evaluation, double seconds) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens", evaluation.tokens())
              .put("loss", evaluation.loss())
              .put("perplexity", evaluation.perplexity())
              .put("bits_per_byte", evaluation.bitsPerByte())
              .put("seconds", seconds);
      console.println(line.toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              "loss %.4f nats per token, perplexity %.2f, %.4f bits per byte, over %,d tokens in %.1f s",
              evaluation.loss(),
              evaluation.perplexity(),
              evaluation.bitsPerByte(),
              evaluation.tokens(),
              seconds));
    }
  }
}
