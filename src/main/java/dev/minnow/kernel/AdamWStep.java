package dev.minnow.kernel;

/**
 * The numbers of one AdamW update, after Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2.
 *
 * <p>A moment below the least normal float is kept as 0. Where a gradient is 0 for good the moments fade, but numbers without full precision
 * do not: a tenth less than one of the least of them rounds to itself, and on some processors each operation with one takes a hundred
 * times as long.
 *
 * @param learningRate of this step
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the corrected second moment
 * @param weightDecay decoupled: parameters shrink by learningRate * weightDecay
 * @param gradientScale factor on the gradients first (clipping)
 * @param correction1 1 - beta1^t at step t, counted from 1
 * @param correction2 1 - beta2^t
 */
public record AdamWStep(
    float learningRate,
    float beta1,
    float beta2,
    float epsilon,
    float weightDecay,
    float gradientScale,
    float correction1,
    float correction2) {
  /** The same for parameters that do not decay. */
  public AdamWStep withoutDecay() {
    return new AdamWStep(learningRate, beta1, beta2, epsilon, 0, gradientScale, correction1, correction2);
  }
}
