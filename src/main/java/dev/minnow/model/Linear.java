package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * A matrix and a bias.
 *
 * @param weight (K, C)
 * @param bias (K)
 */
record Linear(Tensor weight, Tensor bias) {
  /** out (N, K) = in (N, C) x weightᵀ + bias. */
  void forward(Kernel kernel, Tensor out, Tensor in) {
    kernel.linear(out, in, weight, bias);
  }

  /** din (N, C) =; gradient: this layer's gradients, +=. */
  void backward(Kernel kernel, Linear gradient, Tensor din, Tensor dout, Tensor in) {
    kernel.linearWeightGradient(gradient.weight, gradient.bias, dout, in);
    kernel.linearInputGradient(din, dout, weight);
  }
}
