package dev.minnow.model;

import dev.minnow.kernel.contract.NormContract;
import java.util.Locale;
import java.util.Optional;

/**
 * The architecture of a model, by its pieces. {@link #gpt2} and {@link #llama} choose them as those models do; other combinations than
 * those of an {@link Architecture} are refused.
 *
 * @param vocabularySize V, token ids are in [0, V)
 * @param contextLength T, positions at most
 * @param width C, elements of the residual stream
 * @param layerCount L
 * @param headCount H, heads of queries
 * @param keyValueHeadCount G, heads of keys and values, divides H: query head h reads key and value head h / (H/G)
 * @param headWidth D, elements of one head
 * @param feedForwardWidth F, elements between the two feed-forward matrices
 * @param norm before each sub-layer and before the head
 * @param normEpsilon added to what the norm divides by, under the root
 * @param positions how a token's place is told
 * @param activation between the feed-forward matrices
 * @param biases whether linear layers have them
 * @param tiedHead whether the head is the token embedding
 * @param queryKeyNorm whether each head of queries and keys is normalised by its root of the mean square, with scale, before positions
 *     turn it
 * @param sharedLayers layers in a row that share one set of parameters, divides L; 1 where each has its own
 */
public record ModelConfig(
    int vocabularySize,
    int contextLength,
    int width,
    int layerCount,
    int headCount,
    int keyValueHeadCount,
    int headWidth,
    int feedForwardWidth,
    NormKind norm,
    float normEpsilon,
    Positions positions,
    Activation activation,
    boolean biases,
    boolean tiedHead,
    boolean queryKeyNorm,
    int sharedLayers) {
  /** What is done to a row before a sub-layer reads it. */
  public enum NormKind {
    /** Mean 0 and variance 1, then scale and shift. */
    LAYER_NORM,
    /** Mean square 1, then scale. */
    RMS_NORM
  }

  /** What stands between the feed-forward matrices. */
  public enum Activation {
    /** GELU in its tanh form. */
    GELU,
    /** SiLU of one matrix's result times that of another, so that the first matrix is (2F, C). */
    SWIGLU,
    /** The square of the positive part. */
    RELU2;

    /** The name that the command line takes. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** GPT-2's epsilon. */
  public static final float DEFAULT_NORM_EPSILON = 1e-5f;

  /** Llama's F is about 8/3 C, rounded up to a multiple that fills tiles of every kernel. */
  private static final int FEED_FORWARD_MULTIPLE = 64;

  private static final int LARGEST_WIDTH = 1 << 16;

  /**
   * Of a head that is turned: no weight says how long a rotary context is, and a table of the longest with such heads is 4 GiB, of which
   * what is read takes memory.
   */
  private static final int LARGEST_TURNED_WIDTH = 1 << 10;

  public ModelConfig {
    requireInRange("vocabulary size", vocabularySize, 1 << 24);
    requireInRange("context length", contextLength, 1 << 20);
    requireInRange("width", width, LARGEST_WIDTH);
    requireInRange("number of layers", layerCount, 1000);
    requireInRange("number of layers that share parameters", sharedLayers, 1000);
    requireInRange("number of heads", headCount, 1 << 16);
    requireInRange("number of key/value heads", keyValueHeadCount, 1 << 16);
    requireInRange("head width", headWidth, positions instanceof Positions.Rotary ? LARGEST_TURNED_WIDTH : LARGEST_WIDTH);
    requireInRange("head width", headWidth, queryKeyNorm ? NormContract.LARGEST_HEAD_WIDTH : LARGEST_WIDTH);
    requireInRange("width of all heads", Math.multiplyFull(headCount, headWidth), LARGEST_WIDTH);
    requireInRange("feed-forward width", feedForwardWidth, 1 << 20);
    if (layerCount % sharedLayers != 0) {
      throw new IllegalArgumentException(
          layerCount + " layers are not groups of " + sharedLayers + " that share parameters; choose a number that divides the layers.");
    }
    if (headCount % keyValueHeadCount != 0) {
      throw new IllegalArgumentException(
          headCount + " heads are not divisible by " + keyValueHeadCount + " key/value heads; choose a number that divides the heads.");
    }
    if (!(normEpsilon > 0 && normEpsilon < 1)) {
      throw new IllegalArgumentException("The norm epsilon must be above 0 and below 1, not " + normEpsilon + ".");
    }
    if (positions instanceof Positions.Rotary && headWidth % 2 != 0) {
      throw new IllegalArgumentException(
          "A head width of " + headWidth + " is odd, and rotary positions turn pairs of elements; choose a width that is an even multiple"
              + " of the heads.");
    }
    Optional<Architecture> architecture = Architecture.of(norm, positions, activation, biases);
    if (architecture.isEmpty()) {
      throw new IllegalArgumentException(
          "%s with %s, %s and %s biases is neither gpt2 nor llama; choose the pieces of one of them."
              .formatted(norm, positions, activation, biases ? "with" : "without"));
    }
    if (architecture.get() == Architecture.GPT2 && (keyValueHeadCount != headCount || headWidth * headCount != width)) {
      throw new IllegalArgumentException(
          "gpt2 has as many key/value heads as heads, which together are as wide as the model; choose llama for others.");
    }
  }

  /** A model without what only some have: queries and keys are as they are, and every layer has parameters of its own. */
  public ModelConfig(
      int vocabularySize,
      int contextLength,
      int width,
      int layerCount,
      int headCount,
      int keyValueHeadCount,
      int headWidth,
      int feedForwardWidth,
      NormKind norm,
      float normEpsilon,
      Positions positions,
      Activation activation,
      boolean biases,
      boolean tiedHead) {
    this(
        vocabularySize,
        contextLength,
        width,
        layerCount,
        headCount,
        keyValueHeadCount,
        headWidth,
        feedForwardWidth,
        norm,
        normEpsilon,
        positions,
        activation,
        biases,
        tiedHead,
        false,
        1);
  }

  /** A configuration with GPT-2's pieces and proportions: F = 4C, epsilon 1e-5, tied head. */
  public static ModelConfig gpt2(int vocabularySize, int contextLength, int width, int layerCount, int headCount) {
    requireInRange("width", width, LARGEST_WIDTH);
    return gpt2(vocabularySize, contextLength, width, layerCount, headCount, 4 * width, DEFAULT_NORM_EPSILON);
  }

  /** A configuration with GPT-2's pieces and a tied head. */
  public static ModelConfig gpt2(
      int vocabularySize, int contextLength, int width, int layerCount, int headCount, int feedForwardWidth, float normEpsilon) {
    return new ModelConfig(
        vocabularySize,
        contextLength,
        width,
        layerCount,
        headCount,
        headCount,
        headWidth(width, headCount),
        feedForwardWidth,
        NormKind.LAYER_NORM,
        normEpsilon,
        new Positions.Learned(),
        Activation.GELU,
        true,
        true);
  }

  /**
   * A configuration with Llama's pieces and proportions: F = 8/3 C rounded up to a multiple of 64, epsilon 1e-5, theta 10,000, and the
   * tied head of its small models.
   */
  public static ModelConfig llama(
      int vocabularySize, int contextLength, int width, int layerCount, int headCount, int keyValueHeadCount) {
    return new ModelConfig(
        vocabularySize,
        contextLength,
        width,
        layerCount,
        headCount,
        keyValueHeadCount,
        headWidth(width, headCount),
        Math.ceilDiv(8 * width, 3 * FEED_FORWARD_MULTIPLE) * FEED_FORWARD_MULTIPLE,
        NormKind.RMS_NORM,
        DEFAULT_NORM_EPSILON,
        new Positions.Rotary(Positions.Rotary.DEFAULT_THETA, new RotaryScaling.None()),
        Activation.SWIGLU,
        false,
        true);
  }

  private static int headWidth(int width, int headCount) {
    requireInRange("width", width, LARGEST_WIDTH);
    requireInRange("number of heads", headCount, 1 << 16);
    if (width % headCount != 0) {
      throw new IllegalArgumentException(
          "A width of " + width + " is not divisible by " + headCount + " heads; choose a width that is a multiple of the heads.");
    }
    return width / headCount;
  }

  /** The same with the head tied to the token embedding or not. */
  public ModelConfig withTiedHead(boolean tied) {
    return with(activation, tied, queryKeyNorm, sharedLayers);
  }

  /** The same with this between the feed-forward matrices. */
  public ModelConfig withActivation(Activation other) {
    return with(other, tiedHead, queryKeyNorm, sharedLayers);
  }

  /** The same with queries and keys normalised or not. */
  public ModelConfig withQueryKeyNorm(boolean normalised) {
    return with(activation, tiedHead, normalised, sharedLayers);
  }

  /** The same with one set of parameters for so many layers in a row; 1 where each has its own. */
  public ModelConfig withSharedLayers(int layers) {
    return with(activation, tiedHead, queryKeyNorm, layers);
  }

  private ModelConfig with(Activation function, boolean tied, boolean normalised, int shared) {
    return new ModelConfig(
        vocabularySize,
        contextLength,
        width,
        layerCount,
        headCount,
        keyValueHeadCount,
        headWidth,
        feedForwardWidth,
        norm,
        normEpsilon,
        positions,
        function,
        biases,
        tied,
        normalised,
        shared);
  }

  /** The architecture that has these pieces. */
  public Architecture architecture() {
    return Architecture.of(norm, positions, activation, biases).orElseThrow();
  }

  /** Sets of parameters of layers: L, or fewer where layers share them. */
  public int blockCount() {
    return layerCount / sharedLayers;
  }

  /** H x D, elements of one position's queries. */
  public int queryWidth() {
    return headCount * headWidth;
  }

  /** G x D, elements of one position's keys; also of its values. */
  public int keyValueWidth() {
    return keyValueHeadCount * headWidth;
  }

  /** (H + 2G) x D, elements of one position's queries, keys and values. */
  public int queryKeyValueWidth() {
    return queryWidth() + 2 * keyValueWidth();
  }

  /** Elements that the first feed-forward matrix gives: F, or 2F where half of them are gates. */
  public int hiddenWidth() {
    return activation == Activation.SWIGLU ? 2 * feedForwardWidth : feedForwardWidth;
  }

  /** The limits are far above any model that fits a machine; they keep sizes computed from them in range. */
  private static void requireInRange(String what, long value, int maximum) {
    if (value < 1 || value > maximum) {
      throw new IllegalArgumentException("The " + what + " must be from 1 to " + maximum + ", not " + value + ".");
    }
  }
}
