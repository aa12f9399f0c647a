package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A matrix and, in some models, a bias.
 *
 * @param weight (K, C)
 * @param bias (K)
 */
record Linear(Weight weight, @Nullable Tensor bias) {
  /** dweight (K, C) and, where there is a bias, dbias (K). */
  record Gradient(Tensor weight, @Nullable Tensor bias) {}

  /** out (N, K) = in (N, C) x weightᵀ + bias. */
  void forward(Kernel kernel, Tensor out, Tensor in) {
    kernel.linear(out, in, weight, bias);
  }

  /** din (N, C) =; gradient: this layer's gradients, = or +=. */
  void backward(Kernel kernel, Gradient gradient, Tensor din, Tensor dout, Tensor in, Accumulation accumulation) {
    weightGradient(kernel, gradient, dout, in, accumulation);
    kernel.linearInputGradient(din, dout, weight);
  }

  /** gradient: this layer's gradients, = or +=. */
  static void weightGradient(Kernel kernel, Gradient gradient, Tensor dout, Tensor in, Accumulation accumulation) {
    kernel.linearWeightGradient(gradient.weight, gradient.bias, dout, in, accumulation);
  }
}
