package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/**
 * The numbers of one Muon update, after Jordan and others, "Muon: An optimizer for hidden layers in neural networks" (2024): Nesterov
 * momentum, made orthogonal by Newton and Schulz's iteration. It fades as {@link AdamWStep moments} do.
 *
 * @param learningRate of this step
 * @param momentum the share of its earlier value that the momentum, a mean of gradients, keeps
 * @param weightDecay decoupled: parameters shrink by learningRate * weightDecay
 * @param gradientScale factor on the gradients first (clipping)
 */
public record MuonStep(float learningRate, float momentum, float weightDecay, float gradientScale) {
  /** Iterations of Newton and Schulz. */
  public static final int ITERATIONS = 5;

  /** The iteration's coefficients: x becomes A x + B x^3 + C x^5 for each singular value, which ends between 0.7 and 1.2. */
  public static final float A = 3.4445f;

  public static final float B = -4.7750f;
  public static final float C = 2.0315f;

  /** Keeps the norm that the update is divided by from 0. */
  public static final double NORM_EPSILON = 1e-7;

  /** Whether the iteration is that of an update's transpose, because it has more rows than columns. */
  public static boolean isTall(Tensor update) {
    return update.dimension(0) > update.dimension(1);
  }

  /**
   * The factor on the orthogonal update (rows, columns), which gives it about the mean square of AdamW's, so that one learning rate and
   * weight decay serve both (Liu and others, "Muon is Scalable for LLM Training", 2025).
   */
  public static double updateScale(double learningRate, long rows, long columns) {
    return learningRate * 0.2 * Math.sqrt((double) Math.max(rows, columns));
  }
}
