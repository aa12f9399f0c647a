package dev.minnow.cli;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.corpus.Corpus;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.Precision;
import dev.minnow.train.Evaluation;
import dev.minnow.train.run.TextEvaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Measures how well a model predicts text. */
@Command(name = "eval", description = {
    "Measure how well a model predicts texts.",
    "They are joined to one, and each token but the first counts once, given those before it in its window of the model's context.",
    "With narrow weights all else is computed in fp32, unless a kernel is named, and the loss is held against that of weights in fp32."
})
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or GGUF file.")
  private Path folder;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", converter = FileName.class,
      description = "Texts: files, folders, globs, .zip, .gz or .jsonl files.")
  private List<String> files;

  @Mixin
  private ReadingSwitches reading;
  @Mixin
  private ComputeOptions compute;
  @Mixin
  private PrecisionOption weights;
  @Mixin
  private JsonOption output;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long start = System.nanoTime();
    ProgressDisplay progress = new ProgressDisplay(console);
    Corpus text = Corpus.open(files, reading.options(), progress);
    try (LoadedModel model = ModelFiles.load(folder);
        TextEvaluation texts = new TextEvaluation(model, text, compute.threads(), progress)) {
      Evaluation evaluation;
      try (Kernel kernel = compute.openForLosses(weights.precision)) {
        evaluation = texts.evaluate(kernel, weights.precision);
      }
      OptionalDouble cost = OptionalDouble.empty();
      if (weights.precision != Precision.FP32) {
        try (Kernel exact = compute.openExact()) {
          cost = OptionalDouble.of(evaluation.loss() - texts.evaluate(exact, Precision.FP32).loss());
        }
      }
      text.problems().sentences().forEach(progress::noticed);
      if (!Double.isFinite(evaluation.loss())) {
        throw new IllegalStateException(
            "The model's loss is not a finite number; its parameters are damaged or its training diverged: use an earlier checkpoint.");
      }
      print(evaluation, cost, (System.nanoTime() - start) / 1e9);
    }
    return ExitCode.DONE;
  }

  /** @param cost nats per token that the precision of the weights adds to the loss */
  private void print(Evaluation evaluation, OptionalDouble cost, double seconds) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens", evaluation.tokens())
              .put("loss", evaluation.loss())
              .put("perplexity", evaluation.perplexity())
              .put("bits_per_byte", evaluation.bitsPerByte())
              .put("seconds", seconds);
      cost.ifPresent(nats -> line.put("loss_above_fp32", nats));
      console.println(line.toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              "loss %.4f nats per token, perplexity %.2f, %s bits per byte, over %,d tokens in %.1f s",
              evaluation.loss(),
              evaluation.perplexity(),
              TextTable.decimals(evaluation.bitsPerByte(), 4),
              evaluation.tokens(),
              seconds));
      cost.ifPresent(
          nats -> console.println(
              String.format(Locale.ROOT, "weights in %s%s cost %+.4f nats per token", weights.precision,
                  compute.kernel == KernelChoice.AUTO ? "" : " on the " + compute.kernel + " kernel", rounded(nats))));
    }
  }

  /** To four digits after the point, and without a minus where these are 0. */
  private static double rounded(double nats) {
    return Math.round(nats * 1e4) / 1e4;
  }
}
