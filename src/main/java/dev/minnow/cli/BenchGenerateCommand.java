package dev.minnow.cli;

import dev.minnow.generate.Sequence;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.PeakMeter;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures decoding. */
@Command(name = "generate", description = "Measure decoding, token by token, with random weights; GPT-2 124M if no shape is given.")
final class BenchGenerateCommand implements Callable<Integer> {
  private static final double LEAST_SECONDS = 1;

  private final Console console;

  @Mixin
  private ShapeOptions shape;

  @Option(names = "--tokens", paramLabel = "N", description = "Tokens to time at least, after a warm-up (default: ${DEFAULT-VALUE}).")
  private int tokens =
      64;

  @Mixin
  private ComputeOptions compute;
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
    Map<String, Object> given = shape.given();
    given.put("corpus", List.of());
    ModelConfig config = RunOptions.create(shape.preset == null ? Preset.GPT2 : shape.preset, given).setup().config();
    try (Kernel kernel = compute.open(WeightUse.FP32);
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 1);
        Network network = new Network(kernel, parameters, WeightUse.FP32);
        Sequence sequence = new Sequence(kernel, network);
        PeakMeter meter = new PeakMeter(kernel)) {
      Decoding decoding = new Decoding(sequence, config);
      double seconds = SteadyTiming.medianSeconds(SteadyTiming.seconds(decoding::next), tokens, LEAST_SECONDS);
      double bytes = decoding.bytesPerToken(parameters.table());
      print(config, 1 / seconds, bytes / seconds / 1e9, meter.readGigabytesPerSecond(), kernel);
    }
    return ExitCode.DONE;
  }

  /** Tokens one after the other, from the first position again once the context is full. */
  private static final class Decoding {
    private final Sequence sequence;
    private final ModelConfig config;
    private int position;
    private long tokens;
    private long positions;

    Decoding(Sequence sequence, ModelConfig config) {
      this.sequence = sequence;
      this.config = config;
    }

    void next() {
      if (position == config.contextLength()) {
        sequence.clear();
        position = 0;
      }
      sequence.append((int) (tokens % config.vocabularySize()));
      position++;
      tokens++;
      positions += position;
    }

    /** Bytes of weights and, on average, of cached keys and values that a token reads. */
    double bytesPerToken(ParameterTable table) {
      double cached = (double) positions / tokens * 2 * config.layerCount() * config.width();
      return Float.BYTES * (table.multiplyingCount() + cached);
    }
  }

  private void print(ModelConfig config, double tokensPerSecond, double rate, double peak, Kernel kernel) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("tokens_per_second", tokensPerSecond)
              .put("gigabytes_per_second", rate)
              .put("read_gigabytes_per_second", peak)
              .put("share_of_bandwidth", rate / peak)
              .put("kernel", kernel.name())
              .put("threads", kernel.threads());
      console.println(line.toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              "%d layers, %d wide, vocabulary %d: %.1f tokens/s, %.1f GB/s, %.0f %% of the %.1f GB/s that %d threads read (%s kernel)",
              config.layerCount(),
              config.width(),
              config.vocabularySize(),
              tokensPerSecond,
              rate,
              100 * rate / peak,
              peak,
              kernel.threads(),
              kernel.name()));
    }
  }
}
