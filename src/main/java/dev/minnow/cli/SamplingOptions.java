package dev.minnow.cli;

import dev.minnow.GenerationOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** How text is generated, as options. */
final class SamplingOptions {
  private static final GenerationOptions DEFAULTS = GenerationOptions.defaults();

  @Option(names = "--tokens", paramLabel = "N", description = "Tokens to generate at most (default: ${DEFAULT-VALUE}).")
  private int tokens =
      DEFAULTS.maximumTokens();

  @Option(names = "--temperature", paramLabel = "X",
      description = "Above 1 bolder, below 1 safer, 0 always the most likely token (default: ${DEFAULT-VALUE}).")
  private float temperature =
      DEFAULTS.temperature();

  @Option(names = "--top-k", paramLabel = "N", description = "Draw from the N most likely tokens; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK =
      DEFAULTS.topK();

  @Option(names = "--top-p", paramLabel = "P",
      description = "Draw from the most likely tokens that together have probability P; 1 for all (default: ${DEFAULT-VALUE}).")
  private float topP =
      DEFAULTS.topP();

  @Option(names = "--min-p", paramLabel = "P",
      description = "Draw from tokens at least P times as likely as the most likely; 0 for all (default: ${DEFAULT-VALUE}).")
  private float minP =
      DEFAULTS.minP();

  @Option(names = "--repetition-penalty", paramLabel = "X",
      description = "Above 1 makes tokens that came before less likely; 1 for none (default: ${DEFAULT-VALUE}).")
  private float repetitionPenalty =
      DEFAULTS.repetitionPenalty();

  @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text; may be given several times.")
  private List<String> stops =
      List.of();

  @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same text (default: ${DEFAULT-VALUE}).")
  private long seed =
      DEFAULTS.seed();

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  GenerationOptions options() {
    return new GenerationOptions(tokens, temperature, topK, topP, minP, repetitionPenalty, stops, seed, false, 0);
  }
}
