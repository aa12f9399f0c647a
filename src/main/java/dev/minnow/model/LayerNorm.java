package dev.minnow.model;

import static java.util.Objects.requireNonNull;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Layer normalisation with scale and shift.
 *
 * @param scale (C)
 * @param shift (C)
 * @param epsilon added to the variance
 */
record LayerNorm(Tensor scale, Tensor shift, float epsilon) implements Norm {
  @Override
  public void forward(Kernel kernel, State state, Tensor in) {
    kernel.layerNorm(state.out(), requireNonNull(state.mean()), state.reciprocalRoot(), in, scale, shift, epsilon);
  }

  @Override
  public void backward(Kernel kernel, Gradient gradient, Tensor din, Tensor dout, Tensor in, State state) {
    kernel.layerNormBackward(
        din,
        gradient.scale(),
        requireNonNull(gradient.shift()),
        dout,
        in,
        requireNonNull(state.mean()),
        state.reciprocalRoot(),
        scale);
  }
}
