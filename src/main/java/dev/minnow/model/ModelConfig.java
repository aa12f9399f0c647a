package dev.minnow.model;

/**
 * The architecture of a model: GPT-2's (Radford et al., 2019), with LayerNorm before each sub-layer, learned positions, GELU in its tanh
 * form, biases, and a head tied to the token embedding.
 *
 * @param vocabularySize V, token ids are in [0, V)
 * @param contextLength T, positions at most
 * @param width C, elements of the residual stream
 * @param layerCount L
 * @param headCount H, divides the width
 * @param feedForwardWidth F, elements between the two feed-forward matrices
 * @param normEpsilon added to variances in LayerNorm
 */
public record ModelConfig(
    int vocabularySize,
    int contextLength,
    int width,
    int layerCount,
    int headCount,
    int feedForwardWidth,
    float normEpsilon) {
  /** GPT-2's epsilon. */
  public static final float DEFAULT_NORM_EPSILON = 1e-5f;

  public ModelConfig {
    requireInRange("vocabulary size", vocabularySize, 1 << 24);
    requireInRange("context length", contextLength, 1 << 20);
    requireInRange("width", width, 1 << 16);
    requireInRange("number of layers", layerCount, 1000);
    requireInRange("number of heads", headCount, 1 << 16);
    requireInRange("feed-forward width", feedForwardWidth, 1 << 20);
    if (width % headCount != 0) {
      throw new IllegalArgumentException(
          "A width of " + width + " is not divisible by " + headCount + " heads; choose a width that is a multiple of the heads.");
    }
    if (!(normEpsilon > 0 && normEpsilon < 1)) {
      throw new IllegalArgumentException("The norm epsilon must be above 0 and below 1, not " + normEpsilon + ".");
    }
  }

  /** A configuration with GPT-2's proportions: F = 4C, epsilon 1e-5. */
  public static ModelConfig gpt2(int vocabularySize, int contextLength, int width, int layerCount, int headCount) {
    return new ModelConfig(
        vocabularySize, contextLength, width, layerCount, headCount, Math.multiplyExact(4, width), DEFAULT_NORM_EPSILON);
  }

  /** D, elements of one head. */
  public int headWidth() {
    return width / headCount;
  }

  /** The limits are far above any model that fits a machine; they keep sizes computed from them in range. */
  private static void requireInRange(String what, int value, int maximum) {
    if (value < 1 || value > maximum) {
      throw new IllegalArgumentException("The " + what + " must be from 1 to " + maximum + ", not " + value + ".");
    }
  }
}
