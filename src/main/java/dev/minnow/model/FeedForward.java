package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/** The part of a layer that treats each position by itself: matrices with an activation between them. */
sealed interface FeedForward permits PointwiseFeedForward, SwiGluFeedForward {
  /**
   * The gradients, = or +=.
   *
   * @param in of the first matrix
   * @param out of the last
   */
  record Gradient(Linear.Gradient in, Linear.Gradient out) {}

  /**
   * What forward leaves for backward.
   *
   * @param hidden operand, before the activation: (N, F), or (N, 2F) where half are gates
   * @param activated (N, F) operand, after it
   */
  record State(Tensor hidden, Tensor activated) {
    static State of(TensorSource source, String prefix, ElementType operand, long n, ModelConfig config) {
      return new State(
          source.next(prefix + "hidden", operand, n, config.hiddenWidth()),
          source.next(prefix + "activated", operand, n, config.feedForwardWidth()));
    }

    State rows(long count) {
      return new State(hidden.rows(0, count), activated.rows(0, count));
    }
  }

  /**
   * Operands of the backward pass, overwritten.
   *
   * @param dhidden like {@link State#hidden}
   * @param dactivated (N, F), or {@code dhidden} itself where the gradients of activations take the place of theirs
   */
  record Buffers(Tensor dhidden, Tensor dactivated) {}

  /** result (N, C) = residual (N, C) + dropout of the layer's output for source (N, C) operand. */
  void forward(Kernel kernel, State state, Tensor result, Tensor residual, Tensor source, Dropout dropout);

  /** dsource (N, C) = from dout (N, C) operand, the gradient of the layer's output; gradient: this layer's gradients, = or +=. */
  void backward(
      Kernel kernel,
      Gradient gradient,
      Tensor dsource,
      Tensor dout,
      Tensor source,
      State state,
      Buffers buffers,
      Accumulation accumulation);
}
