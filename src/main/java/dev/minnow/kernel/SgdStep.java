package dev.minnow.kernel;

/**
 * The numbers of one update by stochastic gradient descent with momentum, as PyTorch's {@code SGD} has it: weight decay is added to the
 * gradient, and so goes through the momentum, which fades as {@link AdamWStep moments} do.
 *
 * @param learningRate of this step
 * @param momentum the share of its earlier value that the momentum keeps; 0 for none
 * @param weightDecay the share of the parameter that is added to its gradient
 * @param gradientScale factor on the gradients first (clipping)
 */
public record SgdStep(float learningRate, float momentum, float weightDecay, float gradientScale) {
  /** The same for parameters that do not decay. */
  public SgdStep withoutDecay() {
    return new SgdStep(learningRate, momentum, 0, gradientScale);
  }
}
