package dev.minnow.model;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Token and learned position embeddings.
 *
 * @param tokens (V, C); a tied head shares it
 * @param positions (T, C), where they are learned
 */
record Embedding(Tensor tokens, @Nullable Tensor positions) {
  /** out (N, C) from token ids (B, T), whose first column is at {@code position}. */
  void forward(Kernel kernel, Tensor out, Tensor ids, int position, Dropout dropout) {
    kernel.embed(out, ids, tokens, positions, position, dropout);
  }

  /** gradient: this layer's gradients, +=. */
  void backward(Kernel kernel, Embedding gradient, Tensor dout, Tensor ids, Dropout dropout) {
    kernel.embedBackward(gradient.tokens, gradient.positions, dout, ids, dropout);
  }
}
