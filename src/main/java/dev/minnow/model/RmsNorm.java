package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Normalisation by the root of the mean square, with scale.
 *
 * @param scale (C)
 * @param epsilon added to the mean square
 */
record RmsNorm(Tensor scale, float epsilon) implements Norm {
  @Override
  public void forward(Kernel kernel, State state, Tensor in) {
    kernel.rmsNorm(state.out(), state.reciprocalRoot(), in, scale, epsilon);
  }

  @Override
  public void backward(Kernel kernel, Gradient gradient, Tensor din, Tensor dout, Tensor in, State state) {
    kernel.rmsNormBackward(din, gradient.scale(), dout, in, state.reciprocalRoot(), scale);
  }
}
