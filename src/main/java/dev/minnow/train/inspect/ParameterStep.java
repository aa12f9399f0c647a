package dev.minnow.train.inspect;

import dev.minnow.model.Parameter;

/**
 * How one step moved a parameter.
 *
 * @param parameter of the table
 * @param gradientNorm before clipping
 * @param weightNorm before the step
 * @param updateNorm of the difference that the step made, weight decay included
 */
public record ParameterStep(Parameter parameter, double gradientNorm, double weightNorm, double updateNorm) {
  /** Norm of the update / norm of the weights before it; not a number where these are all 0, as those of biases that are new. */
  public double updateRatio() {
    return weightNorm == 0 ? Double.NaN : updateNorm / weightNorm;
  }
}
