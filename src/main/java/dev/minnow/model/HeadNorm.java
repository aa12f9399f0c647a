package dev.minnow.model;

import static java.util.Objects.requireNonNull;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of each head of queries and keys by the root of its mean square, before positions turn them, so that attention cannot
 * grow sharper by longer queries. Henry et al., "Query-Key Normalization for Transformers", with the scales of Qwen3.
 *
 * @param queryScale (D), one for all heads
 * @param keyScale (D)
 * @param queryHeads H, which come first in queries, keys and values
 * @param keyHeads G, which come behind them
 * @param epsilon added to the mean square
 */
record HeadNorm(Tensor queryScale, Tensor keyScale, int queryHeads, int keyHeads, float epsilon) {
  /** Gradients of the scales, to add to. */
  record Gradient(Tensor queryScale, Tensor keyScale) {
    void clear() {
      queryScale.clear();
      keyScale.clear();
    }
  }

  /** Normalises in place; kept (N, (H+G)D) operand gets what was there for the backward pass, where there will be one. */
  void forward(Kernel kernel, Tensor queryKeyValue, @Nullable Tensor kept) {
    kernel.headNorm(queryKeyValue, kept, queryScale, 0, queryHeads, epsilon);
    kernel.headNorm(queryKeyValue, kept, keyScale, queryHeads, keyHeads, epsilon);
  }

  /** dqueryKeyValue, in place; gradient: this layer's gradients, +=. */
  void backward(Kernel kernel, @Nullable Gradient gradient, Tensor dqueryKeyValue, @Nullable Tensor kept) {
    Gradient scales = requireNonNull(gradient);
    Tensor before = requireNonNull(kept);
    kernel.headNormBackward(dqueryKeyValue, scales.queryScale, before, queryScale, 0, queryHeads, epsilon);
    kernel.headNormBackward(dqueryKeyValue, scales.keyScale, before, keyScale, queryHeads, keyHeads, epsilon);
  }
}
