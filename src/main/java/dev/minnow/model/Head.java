package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * The head tied to the token embedding, with softmax and cross-entropy. Logits exist for one chunk of rows at a time, never for a whole
 * batch.
 *
 * @param weight (V, C)
 */
record Head(Tensor weight) {
  /**
   * Rows whose logits are held at once. Each chunk reads the whole weight: with 256 rows at V = 50,257 that is 0.06 s a step for 2,048
   * rows, and the logits take 51 MB.
   */
  static final int CHUNK_ROWS = 256;

  /** losses (N) from hidden (N, C) and targets (N), in nats; logits (rows, V) is overwritten chunk by chunk. */
  void loss(Kernel kernel, Tensor losses, Tensor hidden, Tensor targets, Tensor logits) {
    for (long from = 0; from < hidden.dimension(0); from += logits.dimension(0)) {
      long to = Math.min(from + logits.dimension(0), hidden.dimension(0));
      Tensor chunk = logits.rows(0, to - from);
      kernel.linear(chunk, hidden.rows(from, to), weight, null);
      kernel.crossEntropy(losses.rows(from, to), chunk, targets.rows(from, to), 0);
    }
  }

  /** As {@link #loss}; also dhidden (N, C) = gradientScale x the losses' gradient, and gradient: this layer's gradients, +=. */
  void lossAndBackward(
      Kernel kernel, Head gradient, Tensor losses, Tensor dhidden, Tensor hidden, Tensor targets, Tensor logits, float gradientScale) {
    for (long from = 0; from < hidden.dimension(0); from += logits.dimension(0)) {
      long to = Math.min(from + logits.dimension(0), hidden.dimension(0));
      Tensor chunk = logits.rows(0, to - from);
      Tensor hiddenChunk = hidden.rows(from, to);
      kernel.linear(chunk, hiddenChunk, weight, null);
      kernel.crossEntropy(losses.rows(from, to), chunk, targets.rows(from, to), gradientScale);
      kernel.linearWeightGradient(gradient.weight, null, chunk, hiddenChunk);
      kernel.linearInputGradient(dhidden.rows(from, to), chunk, weight);
    }
  }
}
