package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Two matrices with GELU between them.
 *
 * @param in (F, C) and (F)
 * @param out (C, F) and (C)
 */
record FeedForward(Linear in, Linear out) {
  /** The gradients of both, to add to. */
  record Gradient(Linear.Gradient in, Linear.Gradient out) {}

  /**
   * What forward leaves for backward.
   *
   * @param hidden (N, F) operand, before GELU
   * @param activated (N, F) operand, after it
   */
  record State(Tensor hidden, Tensor activated) {}

  /** result (N, C) = residual (N, C) + dropout of the layer's output for source (N, C) operand. */
  void forward(Kernel kernel, State state, Tensor result, Tensor residual, Tensor source, Dropout dropout) {
    kernel.linearGelu(state.hidden, state.activated, source, in.weight(), in.bias());
    kernel.linearResidual(result, residual, state.activated, out.weight(), out.bias(), dropout);
  }

  /**
   * dsource (N, C) = from dout (N, C) operand, the gradient of the layer's output; gradient: this layer's gradients, = or +=.
   *
   * @param dhidden (N, F) operand, overwritten
   */
  void backward(
      Kernel kernel,
      Gradient gradient,
      Tensor dsource,
      Tensor dout,
      Tensor source,
      State state,
      Tensor dhidden,
      Accumulation accumulation) {
    Linear.weightGradient(kernel, gradient.out, dout, state.activated, accumulation);
    kernel.linearGeluInputGradient(dhidden, dout, out.weight(), state.hidden);
    in.backward(kernel, gradient.in, dsource, dhidden, source, accumulation);
  }
}
