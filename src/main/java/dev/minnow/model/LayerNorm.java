package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Layer normalisation with scale and shift.
 *
 * @param scale (C)
 * @param shift (C)
 * @param epsilon added to the variance
 */
record LayerNorm(Tensor scale, Tensor shift, float epsilon) {
  /**
   * What forward leaves for backward.
   *
   * @param out (N, C)
   * @param mean (N)
   * @param reciprocalDeviation (N)
   */
  record State(Tensor out, Tensor mean, Tensor reciprocalDeviation) {
    State rows(long count) {
      return new State(out.rows(0, count), mean.rows(0, count), reciprocalDeviation.rows(0, count));
    }
  }

  /** state = norm of in (N, C). */
  void forward(Kernel kernel, State state, Tensor in) {
    kernel.layerNorm(state.out, state.mean, state.reciprocalDeviation, in, scale, shift, epsilon);
  }

  /** din (N, C) +=; gradient: this layer's gradients, +=. */
  void backward(Kernel kernel, LayerNorm gradient, Tensor din, Tensor dout, Tensor in, State state) {
    kernel.layerNormBackward(din, gradient.scale, gradient.shift, dout, in, state.mean, state.reciprocalDeviation, scale);
  }
}
