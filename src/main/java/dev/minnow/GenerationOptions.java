package dev.minnow;

import dev.minnow.generate.GreedySampler;
import dev.minnow.generate.RandomSampler;
import dev.minnow.generate.RepetitionPenalty;
import dev.minnow.generate.Sampler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGeneratorFactory;

/**
 * How text is generated.
 *
 * @param maximumTokens tokens to generate at most, at least 0
 * @param temperature divides the scores before the softmax; 0 takes the most likely token each time
 * @param topK draw from this many most likely tokens; 0 for all
 * @param topP draw from the smallest set of most likely tokens whose probabilities reach this, in (0, 1]; 1 for all
 * @param minP draw from tokens at least this times as likely as the most likely, in [0, 1]; 0 for all
 * @param repetitionPenalty from 0.01 to 100; above 1 it makes tokens that came before less likely; 1 for none
 * @param stops strings that end the text, not part of it
 * @param seed the same seed, model and prompt, given in the same parts, give the same text. A session that grew turn by turn may go on
 *     otherwise than one that is given the same text at once: sums of single tokens and of long stretches are added in other orders, which
 *     fast kernels show in the last bits of {@code fp32}, and in {@code bf16} and {@code int8} they are sums of other numbers
 * @param logProbabilities whether to compute each token's log-probability
 * @param alternatives how many of the most likely tokens to tell in the place of each, from 0 to 1,000
 */
public record GenerationOptions(
    int maximumTokens,
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    List<String> stops,
    long seed,
    boolean logProbabilities,
    int alternatives) {
  private static final GenerationOptions DEFAULTS = new GenerationOptions(256, 0.8f, 50, 1, 0, 1, List.of(), 1337, false, 0);

  public GenerationOptions {
    require(maximumTokens >= 0, "number of tokens", "at least 0", maximumTokens);
    require(temperature >= 0 && temperature <= 100, "temperature", "from 0 to 100", temperature);
    require(topK >= 0, "top-k", "at least 0", topK);
    require(topP > 0 && topP <= 1, "top-p", "above 0 and at most 1", topP);
    require(minP >= 0 && minP <= 1, "min-p", "from 0 to 1", minP);
    require(
        repetitionPenalty >= 0.01f && repetitionPenalty <= 100, "repetition penalty", "from 0.01 to 100", repetitionPenalty);
    require(alternatives >= 0 && alternatives <= 1000, "number of alternatives", "from 0 to 1000", alternatives);
    stops = List.copyOf(stops);
    require(stops.stream().noneMatch(String::isEmpty), "stop string", "at least one character", "an empty one");
    require(stops.stream().allMatch(StandardCharsets.UTF_8.newEncoder()::canEncode), "stop string", "of whole characters",
        "with half a pair");
  }

  private static void require(boolean condition, String what, String range, Object value) {
    if (!condition) {
      throw new IllegalArgumentException("The " + what + " must be " + range + ", not " + value + ".");
    }
  }

  /** 256 tokens at temperature 0.8 from the 50 most likely, seed 1337. */
  public static GenerationOptions defaults() {
    return DEFAULTS;
  }

  public GenerationOptions withMaximumTokens(int value) {
    return new GenerationOptions(value, temperature, topK, topP, minP, repetitionPenalty, stops, seed, logProbabilities, alternatives);
  }

  public GenerationOptions withTemperature(float value) {
    return new GenerationOptions(maximumTokens, value, topK, topP, minP, repetitionPenalty, stops, seed, logProbabilities, alternatives);
  }

  public GenerationOptions withTopK(int value) {
    return new GenerationOptions(maximumTokens, temperature, value, topP, minP, repetitionPenalty, stops, seed, logProbabilities,
        alternatives);
  }

  public GenerationOptions withTopP(float value) {
    return new GenerationOptions(maximumTokens, temperature, topK, value, minP, repetitionPenalty, stops, seed, logProbabilities,
        alternatives);
  }

  public GenerationOptions withMinP(float value) {
    return new GenerationOptions(maximumTokens, temperature, topK, topP, value, repetitionPenalty, stops, seed, logProbabilities,
        alternatives);
  }

  public GenerationOptions withRepetitionPenalty(float value) {
    return new GenerationOptions(maximumTokens, temperature, topK, topP, minP, value, stops, seed, logProbabilities, alternatives);
  }

  public GenerationOptions withStops(String... values) {
    return new GenerationOptions(
        maximumTokens, temperature, topK, topP, minP, repetitionPenalty, List.of(values), seed, logProbabilities, alternatives);
  }

  public GenerationOptions withSeed(long value) {
    return new GenerationOptions(maximumTokens, temperature, topK, topP, minP, repetitionPenalty, stops, value, logProbabilities,
        alternatives);
  }

  public GenerationOptions withLogProbabilities(boolean value) {
    return new GenerationOptions(maximumTokens, temperature, topK, topP, minP, repetitionPenalty, stops, seed, value, alternatives);
  }

  public GenerationOptions withAlternatives(int value) {
    return new GenerationOptions(maximumTokens, temperature, topK, topP, minP, repetitionPenalty, stops, seed, logProbabilities, value);
  }

  /** The sampler chain of one text. */
  Sampler sampler(int[] prompt) {
    Sampler sampler =
        temperature == 0
            ? new GreedySampler()
            : new RandomSampler(temperature, topK, topP, minP, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    return repetitionPenalty == 1 ? sampler : new RepetitionPenalty(repetitionPenalty, prompt, sampler);
  }
}
