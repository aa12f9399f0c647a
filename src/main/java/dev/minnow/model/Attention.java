package dev.minnow.model;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Causal self-attention with its projections.
 *
 * @param queryKeyValue (3C, C) and (3C): query, key and value weights, which lie side by side
 * @param projection (C, C) and (C)
 */
record Attention(Linear queryKeyValue, Linear projection) {
  /**
   * What forward leaves for backward.
   *
   * @param queryKeyValue (N, 3C)
   * @param attended (N, C), the heads' results
   * @param logSumExp (B, H, T)
   */
  record State(Tensor queryKeyValue, Tensor attended, Tensor logSumExp) {}

  /** out (N, C) from in (N, C). */
  void forward(Kernel kernel, State state, Tensor out, Tensor in, AttentionShape shape, Dropout dropout) {
    queryKeyValue.forward(kernel, state.queryKeyValue, in);
    kernel.attention(state.attended, state.logSumExp, state.queryKeyValue, shape, dropout);
    projection.forward(kernel, out, state.attended);
  }

  /** Forward for one sequence, with the rows before {@code position} in keys and values (T, C). */
  void forwardWithCache(Kernel kernel, State state, Tensor out, Tensor in, Tensor keys, Tensor values, int position, int headCount) {
    queryKeyValue.forward(kernel, state.queryKeyValue, in);
    kernel.attentionWithCache(state.attended, keys, values, state.queryKeyValue, position, headCount);
    projection.forward(kernel, out, state.attended);
  }

  /**
   * din (N, C) =; gradient: this layer's gradients, +=.
   *
   * @param dattended (N, C), overwritten
   * @param dqueryKeyValue (N, 3C), overwritten
   */
  void backward(
      Kernel kernel,
      Attention gradient,
      Tensor din,
      Tensor dout,
      Tensor in,
      State state,
      Tensor dattended,
      Tensor dqueryKeyValue,
      AttentionShape shape,
      Dropout dropout) {
    projection.backward(kernel, gradient.projection, dattended, dout, state.attended);
    kernel.attentionBackward(dqueryKeyValue, dattended, state.attended, state.logSumExp, state.queryKeyValue, shape, dropout);
    queryKeyValue.backward(kernel, gradient.queryKeyValue, din, dqueryKeyValue, in);
  }
}
