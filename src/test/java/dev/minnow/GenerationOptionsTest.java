package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationOptionsTest {
  private static Arguments refused(UnaryOperator<GenerationOptions> change, String sentence) {
    return Arguments.of(change, sentence);
  }

  static Stream<Arguments> outOfRange() {
    return Stream.of(
        refused(options -> options.withMaximumTokens(-1), "The number of tokens must be at least 0, not -1."),
        refused(options -> options.withTemperature(-0.1f), "The temperature must be from 0 to 100, not -0.1."),
        refused(options -> options.withTemperature(100.1f), "The temperature must be from 0 to 100, not 100.1."),
        refused(options -> options.withTemperature(Float.NaN), "The temperature must be from 0 to 100, not NaN."),
        refused(options -> options.withTopK(-1), "The top-k must be at least 0, not -1."),
        refused(options -> options.withTopP(0), "The top-p must be above 0 and at most 1, not 0.0."),
        refused(options -> options.withTopP(1.1f), "The top-p must be above 0 and at most 1, not 1.1."),
        refused(options -> options.withMinP(-0.1f), "The min-p must be from 0 to 1, not -0.1."),
        refused(options -> options.withMinP(1.1f), "The min-p must be from 0 to 1, not 1.1."),
        refused(options -> options.withRepetitionPenalty(0), "The repetition penalty must be from 0.01 to 100, not 0.0."),
        refused(options -> options.withRepetitionPenalty(101), "The repetition penalty must be from 0.01 to 100, not 101.0."),
        refused(options -> options.withAlternatives(-1), "The number of alternatives must be from 0 to 1000, not -1."),
        refused(options -> options.withAlternatives(1001), "The number of alternatives must be from 0 to 1000, not 1001."),
        refused(options -> options.withStops("a", ""), "The stop string must be at least one character, not an empty one."),
        refused(options -> options.withStops("\ud800"), "The stop string must be of whole characters, not with half a pair."));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void whatIsOutOfRangeIsRefusedInASentence(UnaryOperator<GenerationOptions> change, String sentence) {
    GenerationOptions usual = GenerationOptions.defaults();
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> change.apply(usual)).getMessage());
  }

  @Test
  void theEndsOfRangesAreTaken() {
    GenerationOptions least =
        GenerationOptions.defaults()
            .withMaximumTokens(0)
            .withTemperature(0)
            .withTopK(0)
            .withMinP(0)
            .withRepetitionPenalty(0.01f)
            .withAlternatives(0);
    GenerationOptions most = least.withTemperature(100).withTopP(1).withMinP(1).withRepetitionPenalty(100).withAlternatives(1000);
    assertEquals(least, new GenerationOptions(0, 0, 0, 1, 0, 0.01f, least.stops(), 1337, false, 0));
    assertEquals(most, new GenerationOptions(0, 100, 0, 1, 1, 100, most.stops(), 1337, false, 1000));
  }
}
