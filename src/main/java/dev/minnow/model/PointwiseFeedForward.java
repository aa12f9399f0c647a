package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Two matrices with a function of each number between them.
 *
 * @param in (F, C) and (F)
 * @param out (C, F) and (C)
 * @param function between them
 */
record PointwiseFeedForward(Linear in, Linear out, ActivationFunction function) implements FeedForward {
  @Override
  public void forward(Kernel kernel, State state, Tensor result, Tensor residual, Tensor source, Dropout dropout) {
    kernel.linearActivated(state.hidden(), state.activated(), source, in.weight(), in.bias(), function);
    kernel.linearResidual(result, residual, state.activated(), out.weight(), out.bias(), dropout);
  }

  @Override
  public void backward(
      Kernel kernel,
      Gradient gradient,
      Tensor dsource,
      Tensor dout,
      Tensor source,
      State state,
      Buffers buffers,
      Accumulation accumulation) {
    Linear.weightGradient(kernel, gradient.out(), dout, state.activated(), accumulation);
    kernel.linearActivatedInputGradient(buffers.dhidden(), dout, out.weight(), state.hidden(), function);
    in.backward(kernel, gradient.in(), dsource, buffers.dhidden(), source, accumulation);
  }
}
