package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Two matrices with GELU between them.
 *
 * @param in (F, C) and (F)
 * @param out (C, F) and (C)
 */
record FeedForward(Linear in, Linear out) {
  /**
   * What forward leaves for backward.
   *
   * @param hidden (N, F), before GELU
   * @param activated (N, F), after it
   */
  record State(Tensor hidden, Tensor activated) {}

  /** result (N, C) from source (N, C). */
  void forward(Kernel kernel, State state, Tensor result, Tensor source) {
    in.forward(kernel, state.hidden, source);
    kernel.gelu(state.activated, state.hidden);
    out.forward(kernel, result, state.activated);
  }

  /**
   * dsource (N, C) =; gradient: this layer's gradients, +=.
   *
   * @param dhidden (N, F), overwritten
   */
  void backward(Kernel kernel, FeedForward gradient, Tensor dsource, Tensor dresult, Tensor source, State state, Tensor dhidden) {
    out.backward(kernel, gradient.out, dhidden, dresult, state.activated);
    kernel.geluBackward(dhidden, dhidden, state.hidden);
    in.backward(kernel, gradient.in, dsource, dhidden, source);
  }
}
