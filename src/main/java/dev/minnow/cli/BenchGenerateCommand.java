package dev.minnow.cli;

import dev.minnow.generate.Sequence;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.StreamMeter;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.SteadyTiming;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures decoding, by turns with what the same threads read from memory, and prefill. */
@Command(name = "generate",
    description = "Measure decoding, token by token, and reading a prompt, with random weights; GPT-2 124M if no shape is given.")
final class BenchGenerateCommand implements Callable<Integer> {
  private static final double LEAST_SECONDS = 1;
  private static final int LEAST_RUNS = 3;

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
        StreamMeter stream = new StreamMeter(kernel)) {
      int length = Math.min(tokens, config.contextLength());
      double bytes = length * (network.bytesPerToken() + cachedBytes(length, config));
      int streams = (int) Math.ceil(bytes / stream.bytes());
      double[] seconds =
          SteadyTiming.mediansByTurns(
              SteadyTiming.seconds(() -> decode(sequence, length, config)),
              SteadyTiming.seconds(() -> read(stream, streams)),
              LEAST_RUNS,
              LEAST_SECONDS);
      int[] prompt = prompt(config);
      double promptSeconds =
          SteadyTiming.medianSeconds(SteadyTiming.seconds(() -> read(sequence, prompt)), LEAST_RUNS, LEAST_SECONDS);
      Result result =
          new Result(
              length / seconds[0],
              bytes / seconds[0] / 1e9,
              (double) streams * stream.bytes() / seconds[1] / 1e9,
              prompt.length,
              prompt.length / promptSeconds);
      print(config, result, kernel);
    }
    return ExitCode.DONE;
  }

  /** @param promptRate tokens per second of reading a prompt of so many tokens */
  private record Result(double rate, double gigabytes, double readGigabytes, int promptLength, double promptRate) {}

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

  private static void read(StreamMeter stream, int times) {
    for (int i = 0; i < times; i++) {
      stream.read();
    }
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
              .put("gigabytes_per_second", result.gigabytes)
              .put("read_gigabytes_per_second", result.readGigabytes)
              .put("share_of_bandwidth", result.gigabytes / result.readGigabytes)
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
              "%d layers, %d wide, vocabulary %d, weights in %s: %.1f tokens/s, %.1f GB/s, %.0f %% of the %.1f GB/s that %d threads read;"
                  + " a prompt of %d tokens at %.0f tokens/s (%s kernel)",
              config.layerCount(),
              config.width(),
              config.vocabularySize(),
              weights.precision,
              result.rate,
              result.gigabytes,
              100 * result.gigabytes / result.readGigabytes,
              result.readGigabytes,
              kernel.threads(),
              result.promptLength,
              result.promptRate,
              kernel.name()));
    }
  }
}
