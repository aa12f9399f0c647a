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
    requirePositive("vocabulary size", vocabularySize);
    requirePositive("context length", contextLength);
    requirePositive("width", width);
    requirePositive("number of layers", layerCount);
    requirePositive("number of heads", headCount);
    requirePositive("feed-forward width", feedForwardWidth);
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

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("The " + what + " must be at least 1, not " + value + ".");
    }
  }
}
