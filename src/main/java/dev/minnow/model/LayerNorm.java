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
  /** dscale (C) and dshift (C), to add to. */
  record Gradient(Tensor scale, Tensor shift) {}

  /**
   * What forward leaves for backward.
   *
   * @param out (N, C) operand
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
  void backward(Kernel kernel, Gradient gradient, Tensor din, Tensor dout, Tensor in, State state) {
    kernel.layerNormBackward(din, gradient.scale, gradient.shift, dout, in, state.mean, state.reciprocalDeviation, scale);
  }
}
