package dev.minnow.train.plan;

import dev.minnow.model.ParameterTable;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.step.MemoryPlan;
import java.util.Map;

/**
 * A run that comes into question.
 *
 * @param given its options by the names of the command line, those that are not as usual
 * @param run all its options
 * @param table of its model
 * @param memory that the training takes
 * @param peakBytes resident at the peak, preparing the corpus included
 * @param tokensPerSecond of its steps
 * @param length how long it trains
 * @param outlook what it is expected to come to
 */
public record Candidate(
    Map<String, Object> given,
    RunOptions run,
    ParameterTable table,
    MemoryPlan memory,
    long peakBytes,
    double tokensPerSecond,
    Length length,
    Outlook outlook) {
  /**
   * How long a run trains.
   *
   * @param steps updates, about
   * @param tokens of the steps
   * @param epochs how often the corpus is read
   * @param minutes it takes, about
   * @param option of the command line that says so, and its value
   * @param whole whether the budget's time is used, which a small corpus may not be worth
   */
  public record Length(long steps, double tokens, double epochs, double minutes, Map.Entry<String, Object> option, boolean whole) {}

  /**
   * What a run is expected to come to.
   *
   * @param bitsPerByte of held-out text
   * @param loss in nats a token
   * @param familiar whether runs like this are among those that the law was fitted to
   */
  public record Outlook(double bitsPerByte, double loss, boolean familiar) {
    /** Another by this factor. */
    Outlook times(double factor) {
      return new Outlook(bitsPerByte * factor, loss * factor, familiar);
    }
  }

  /** The same run, expected to come to this. */
  Candidate withOutlook(Outlook other) {
    return new Candidate(given, run, table, memory, peakBytes, tokensPerSecond, length, other);
  }

  /** Tokens of an update. */
  public double stepTokens() {
    return length.tokens() / length.steps();
  }

  /** Seconds of an update. */
  public double stepSeconds() {
    return stepTokens() / tokensPerSecond;
  }

  /** Tokens trained on for each parameter; some 20 are compute-optimal (Hoffmann et al., 2022). */
  public double tokensPerParameter() {
    return length.tokens() / table.elementCount();
  }
}
