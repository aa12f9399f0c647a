package dev.minnow.kernel;

/**
 * The numbers of one AdamW update, after Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2.
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
