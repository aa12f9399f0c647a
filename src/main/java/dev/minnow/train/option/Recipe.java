package dev.minnow.train.option;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import dev.minnow.model.InitializationScheme;
import dev.minnow.model.ModelConfig;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Schedule;
import java.util.Locale;

/** Options that go well together: how a model is learned, whatever its size. Each stays an option that can be given otherwise. */
public enum Recipe {
  /** GPT-2's: AdamW, and a rate that falls to a tenth along a cosine. */
  GPT2(ModelConfig.Activation.GELU),

  /**
   * What reached a loss soonest where it was measured (docs/LOG.md): the architecture of Llama, Muon, layers that begin as the identity,
   * and a high rate that falls to 0 in a line. A gpt2, where one is asked for, has a squared ReLU.
   */
  FAST(ModelConfig.Activation.RELU2);

  /** The best of those tried at this width; wider models want less. */
  private static final double FAST_RATE = 4e-3;
  private static final int FAST_RATE_WIDTH = 384;

  private static final int FAST_WARMUP = 50;

  /** How the rate of {@link #GPT2} falls with the width, which meets the presets tiny, small and gpt2. */
  private static final double RATE_EXPONENT = 1.2;

  private final ModelConfig.Activation gpt2Activation;

  Recipe(ModelConfig.Activation gpt2Activation) {
    this.gpt2Activation = gpt2Activation;
  }

  /** Puts what it has of its own over the options of a preset. */
  void put(ObjectNode values) {
    if (this == FAST) {
      values.put(OptionNames.ARCHITECTURE, Architecture.LLAMA.name());
      values.put(OptionNames.OPTIMIZER, OptimizerChoice.MUON.name());
      values.put(OptionNames.INITIALIZATION, InitializationScheme.ZERO_OUTPUT.name());
      values.put(OptionNames.SCHEDULE, Schedule.LINEAR.name());
      values.put("warmup", FAST_WARMUP);
      values.put("lr", peakRate(FAST_RATE, FAST_RATE_WIDTH, values.path("width").asInt()));
    }
  }

  /** Between the feed-forward matrices of an architecture. */
  ModelConfig.Activation activation(Architecture architecture) {
    return architecture == Architecture.LLAMA ? ModelConfig.Activation.SWIGLU : gpt2Activation;
  }

  /**
   * The peak learning rate of a model: wider ones want less.
   *
   * @param rate a good one
   * @param rateWidth of the model that it is good for
   * @param width of the model
   */
  double peakRate(double rate, int rateWidth, int width) {
    return switch (this) {
      case FAST -> rate * Math.max(rateWidth, FAST_RATE_WIDTH) / Math.max(width, FAST_RATE_WIDTH);
      case GPT2 -> width <= rateWidth ? rate : rateAtWidth(rate, rateWidth, width);
    };
  }

  /** The peak rate of GPT-2's recipe at another width, of two digits. */
  public static double rateAtWidth(double rate, int rateWidth, int width) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.1e", rate * StrictMath.pow((double) rateWidth / width, RATE_EXPONENT)));
  }

  /** The learning rate at the end of a schedule with this peak. */
  double lowestRate(double peak) {
    return this == FAST ? 0 : peak / 10;
  }

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
