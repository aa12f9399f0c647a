package dev.minnow.train.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges steps by their loss and gradient, before they touch the parameters. What is not finite is refused, and so is a loss far above
 * those before it, or one that would carry their mean well above where it was, both by the noise of the losses, which of small batches of
 * mixed text is large. After several refused in a row the run is to go back, and goes on with half the learning rate.
 */
public final class StepGuard {
  /** The key of what it knows, in the options of a save. */
  public static final String KEY = "steadiness";

  /** Refused steps in a row, of which one or two may be the text's fault. */
  public static final int SEVERAL = 5;

  /** With so many the learning rate has come down to a 4,096th. */
  private static final int MOST_RETURNS = 12;

  /** Losses before spikes are looked for: their deviation is known then. */
  private static final long LEAST_LOSSES = 20;

  /** What a loss weighs in their mean, which follows about ten. */
  private static final double MEAN_WEIGHT = 0.1;

  /** What a squared difference weighs in the variance, which follows about fifty. */
  private static final double VARIANCE_WEIGHT = 0.02;

  /**
   * How far the mean of some ten losses may rise above the lowest that it was, as a share of how far a single loss may: by chance it comes
   * to a tenth.
   */
  private static final double MEANS_SHARE = 0.2;

  /** Deviations, in nats, of losses that are steadier: a single one of them, and their mean, may rise by so much that it says something. */
  private static final double LEAST_DEVIATION = 0.02;
  private static final double LEAST_DEVIATION_OF_MEANS = 0.25;

  /** In nats, of one of the first losses above what an untrained model has: their noise is not known, and they are to fall. */
  private static final double EARLY_DEVIATION = 0.2;

  private final double spike;
  private final double untrained;
  private long losses;
  private double first;
  private double last;
  private double mean;

  /** Of the losses about their trend: half the mean square of the difference between one and the next, before it is set right for few. */
  private double variance;

  /** Of the means, from {@link #LEAST_LOSSES} on. */
  private double lowest = Double.POSITIVE_INFINITY;
  /** In a row. */
  private int refused;

  /** Refused in all. */
  private long skipped;
  private int returns;

  /**
   * A guard of a run that begins.
   *
   * @param spike standard deviations above the mean from which a loss is refused; 0 to refuse only what is not finite
   * @param untrained the loss of a model that knows nothing, in nats
   */
  StepGuard(double spike, double untrained) {
    this.spike = spike;
    this.untrained = untrained;
  }

  /** What speaks against a step, as the end of a sentence about it; empty if it may touch the parameters. */
  Optional<String> objection(double loss, double gradientNorm) {
    Optional<String> objection = judged(loss, gradientNorm);
    if (objection.isPresent()) {
      refused++;
      skipped++;
    } else {
      accept(loss);
    }
    return objection;
  }

  private Optional<String> judged(double loss, double gradientNorm) {
    if (!Double.isFinite(loss)) {
      return Optional.of("its loss is " + loss);
    }
    if (!Double.isFinite(gradientNorm)) {
      return Optional.of("its gradient has a norm of " + gradientNorm);
    }
    return spike == 0 ? Optional.empty() : losses < LEAST_LOSSES ? judgedEarly(loss) : judgedByMean(loss);
  }

  private Optional<String> judgedEarly(double loss) {
    double start = losses == 0 ? untrained : Math.max(untrained, first);
    return losses == 0 || loss - start <= spike * EARLY_DEVIATION ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "its loss of %.4g is far above that of an untrained model, %.4g", loss, start));
  }

  /** The standard deviation of losses about their trend. */
  private double deviation() {
    return Math.sqrt(variance / (1 - Math.pow(1 - VARIANCE_WEIGHT, losses - 1.0)));
  }

  private Optional<String> judgedByMean(double loss) {
    double deviations = (loss - mean) / Math.max(LEAST_DEVIATION, deviation());
    if (deviations > spike) {
      return Optional.of(String.format(Locale.ROOT, "its loss of %.4g is %.0f deviations above the mean of %.4g", loss, deviations, mean));
    }
    double rise = mean + MEAN_WEIGHT * (loss - mean) - lowest;
    if (rise > spike * MEANS_SHARE * Math.max(LEAST_DEVIATION_OF_MEANS, deviation())) {
      return Optional.of(
          String.format(Locale.ROOT, "with its loss of %.4g the mean would be %.2f above its lowest, %.4g", loss, rise, lowest));
    }
    return Optional.empty();
  }

  private void accept(double loss) {
    refused = 0;
    if (losses == 0) {
      first = loss;
      mean = loss;
    } else {
      double difference = loss - last;
      variance += VARIANCE_WEIGHT * (difference * difference / 2 - variance);
      mean += MEAN_WEIGHT * (loss - mean);
    }
    last = loss;
    losses++;
    if (losses >= LEAST_LOSSES) {
      lowest = Math.min(lowest, mean);
    }
  }

  /** Steps of the run that did not touch the parameters. */
  public long skipped() {
    return skipped;
  }

  /** Whether the newest step was refused, so that the parameters may be no good. */
  public boolean isInDoubt() {
    return refused > 0;
  }

  /** Whether the run is to go back to where it was good. */
  public boolean asksToGoBack() {
    return refused >= SEVERAL;
  }

  /** Whether it may go back once more. */
  public boolean mayGoBack() {
    return returns < MOST_RETURNS;
  }

  /** The factor on the schedule's learning rates. */
  public double rateFactor() {
    return rateFactor(returns);
  }

  /** As {@link #rateFactor()}, of a run as its save tells it. */
  public static double rateFactor(JsonNode saved) {
    return rateFactor(returns(saved));
  }

  private static double rateFactor(int returns) {
    return Math.scalb(1.0, -returns);
  }

  /** As {@link #skipped()}, of a run as its save tells it. */
  public static long skipped(JsonNode saved) {
    return saved.path("skipped").asLong(0);
  }

  private static int returns(JsonNode saved) {
    return saved.path("returns").asInt(0);
  }

  /** How often the run has gone back. */
  public int returns() {
    return returns;
  }

  /** The run is back where it was good, for one time more than {@code before}. */
  public void wentBack(int before) {
    refused = 0;
    returns = before + 1;
  }

  /** Becomes what a save says; where that says nothing, what it was at the beginning. */
  void read(JsonNode saved) {
    losses = saved.path("losses").asLong(0);
    mean = saved.path("mean").asDouble(0);
    first = saved.path("first").asDouble(mean);
    last = saved.path("last").asDouble(mean);
    variance = saved.path("variance").asDouble(0);
    lowest = saved.path("lowest").asDouble(Double.POSITIVE_INFINITY);
    refused = saved.path("refused").asInt(0);
    skipped = skipped(saved);
    returns = returns(saved);
  }

  /** What a save keeps. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("losses", losses);
    json.put("first", first).put("last", last).put("mean", mean).put("variance", variance);
    if (Double.isFinite(lowest)) {
      json.put("lowest", lowest);
    }
    return json.put("refused", refused).put("skipped", skipped).put("returns", returns);
  }
}
