package dev.minnow.cli;

import dev.minnow.generate.Sequence;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.meter.LimitMeter;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.SteadyTiming;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures decoding, by turns with what the same threads read from memory, and prefill. */
@Command(name = "generate",
    description = "Measure decoding, token by token, and reading a prompt, with random weights; GPT-2 124M if no shape is given; a model"
        + " that caches hold may come to more than what is read from memory.")
final class BenchGenerateCommand implements Callable<Integer> {
  private static final double LEAST_SECONDS = 1;
  private static final int LEAST_TURNS = 5;

  /** Tokens of a prompt, where the context is that long. */
  private static final int PROMPT_TOKENS = 512;

  private final Console console;

  @Mixin
  private ShapeOptions shape;

  @Option(names = "--tokens", paramLabel = "N",
      description = "Tokens of a sequence that is decoded from its beginning, again and again (default: ${DEFAULT-VALUE}).")
  private int tokens =
      128;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private PrecisionOption weights;
  @Mixin
  private JsonOption output;

  BenchGenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (tokens < 1) {
      throw new IllegalArgumentException("--tokens must be at least 1, not " + tokens + ".");
    }
    ModelConfig config = shape.withoutCorpus(Preset.GPT2, Map.of()).setup().config();
    try (Kernel kernel = compute.open(weights.precision.use());
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 1);
        Network network = new Network(kernel, parameters, weights.precision.use());
        Sequence sequence = new Sequence(kernel, network);
        LimitMeter reads = LimitMeter.ofReads(kernel)) {
      int length = Math.min(tokens, config.contextLength());
      double bytes = length * (network.bytesPerToken() + cachedBytes(length, config));
      DoubleSupplier decode = SteadyTiming.seconds(() -> decode(sequence, length, config));
      SteadyTiming.warmUp(decode);
      LimitedRate read = LimitedRate.measured(decode, bytes, reads, LEAST_TURNS, LEAST_SECONDS);
      int[] prompt = prompt(config);
      double promptSeconds =
          SteadyTiming.medianSeconds(SteadyTiming.seconds(() -> read(sequence, prompt)), LEAST_TURNS, LEAST_SECONDS);
      print(config, new Result(length * read.rate() * 1e9 / bytes, read, prompt.length, prompt.length / promptSeconds), kernel);
    }
    return ExitCode.DONE;
  }

  /**
   * What is measured, in tokens per second.
   *
   * @param bytes that decoding reads
   * @param promptRate of reading a prompt of so many tokens
   */
  private record Result(double rate, LimitedRate bytes, int promptLength, double promptRate) {}

  private static int[] prompt(ModelConfig config) {
    int[] prompt = new int[Math.min(PROMPT_TOKENS, config.contextLength())];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = i % config.vocabularySize();
    }
    return prompt;
  }

  private static void read(Sequence sequence, int[] prompt) {
    sequence.clear();
    sequence.append(prompt);
  }

  private static void decode(Sequence sequence, int length, ModelConfig config) {
    sequence.clear();
    for (int i = 0; i < length; i++) {
      sequence.append(i % config.vocabularySize());
    }
  }

  /** Bytes of cached keys and values that a token of a sequence reads on average. */
  private static double cachedBytes(int length, ModelConfig config) {
    double positions = (length + 1) / 2.0;
    return positions * 2 * config.layerCount() * config.keyValueWidth() * Float.BYTES;
  }

  private void print(ModelConfig config, Result result, Kernel kernel) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens_per_second", result.rate)
              .put("gigabytes_per_second", result.bytes.rate())
              .put("read_gigabytes_per_second", result.bytes.limit())
              .put("share_of_bandwidth", result.bytes.share())
              .put("prompt_tokens", result.promptLength)
              .put("prompt_tokens_per_second", result.promptRate)
              .put("precision", weights.precision.toString())
              .put("kernel", kernel.name())
              .put("threads", kernel.threads());
      console.println(line.toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              """
                  %d layers, %d wide, vocabulary %,d, weights in %s (%s kernel)
                  decoding %s tokens/s, a prompt of %d tokens %s tokens/s
                  %s""",
              config.layerCount(),
              config.width(),
              config.vocabularySize(),
              weights.precision,
              kernel.name(),
              TextTable.number(result.rate, 3),
              result.promptLength,
              TextTable.number(result.promptRate, 3),
              result.bytes.text("GB/s", kernel.threads(), "from memory")));
    }
  }
}
