package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * SwiGLU between matrices: one gives the gates, one what they let through.
 *
 * @param gateAndUp (2F, C): gates first
 * @param down (C, F)
 */
record SwiGluFeedForward(Linear gateAndUp, Linear down) implements FeedForward {
  @Override
  public void forward(Kernel kernel, State state, Tensor result, Tensor residual, Tensor source, Dropout dropout) {
    gateAndUp.forward(kernel, state.hidden(), source);
    kernel.swiGlu(state.activated(), state.hidden());
    kernel.linearResidual(result, residual, state.activated(), down.weight(), down.bias(), dropout);
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
    kernel.linearSwiGluInputGradient(buffers.dhidden(), buffers.dactivated(), dout, down.weight(), state.hidden());
    gateAndUp.backward(kernel, gradient.in(), dsource, buffers.dhidden(), source, accumulation);
  }
}
