package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
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
  /** The gradients of both, to add to. */
  record Gradient(Linear.Gradient queryKeyValue, Linear.Gradient projection) {}

  /**
   * What forward leaves for backward.
   *
   * @param queryKeyValue (N, 3C) operand
   * @param attended (N, C) operand, the heads' results
   * @param logSumExp (B, H, T)
   */
  record State(Tensor queryKeyValue, Tensor attended, Tensor logSumExp) {}

  /**
   * result (N, C) = residual (N, C) + dropout of the layer's output for source (N, C) operand.
   *
   * @param softmaxDropout on the attention itself
   */
  void forward(
      Kernel kernel,
      State state,
      Tensor result,
      Tensor residual,
      Tensor source,
      AttentionShape shape,
      Dropout softmaxDropout,
      Dropout dropout) {
    queryKeyValue.forward(kernel, state.queryKeyValue, source);
    kernel.attention(state.attended, state.logSumExp, state.queryKeyValue, shape, softmaxDropout);
    kernel.linearResidual(result, residual, state.attended, projection.weight(), projection.bias(), dropout);
  }

  /** Forward for one sequence, with the rows before {@code position} in keys and values (H, T, D). */
  void forwardWithCache(
      Kernel kernel, State state, Tensor result, Tensor residual, Tensor source, Tensor keys, Tensor values, int position) {
    queryKeyValue.forward(kernel, state.queryKeyValue, source);
    kernel.attentionWithCache(state.attended, keys, values, state.queryKeyValue, position);
    kernel.linearResidual(result, residual, state.attended, projection.weight(), projection.bias(), Dropout.NONE);
  }

  /**
   * dsource (N, C) = from dout (N, C) operand, the gradient of the layer's output; gradient: this layer's gradients, = or +=.
   *
   * @param dattended (N, C) operand, overwritten
   * @param dqueryKeyValue (N, 3C) operand, overwritten
   */
  void backward(
      Kernel kernel,
      Gradient gradient,
      Tensor dsource,
      Tensor dout,
      Tensor source,
      State state,
      Tensor dattended,
      Tensor dqueryKeyValue,
      AttentionShape shape,
      Dropout softmaxDropout,
      Accumulation accumulation) {
    projection.backward(kernel, gradient.projection, dattended, dout, state.attended, accumulation);
    kernel.attentionBackward(dqueryKeyValue, dattended, state.attended, state.logSumExp, state.queryKeyValue, shape, softmaxDropout);
    queryKeyValue.backward(kernel, gradient.queryKeyValue, dsource, dqueryKeyValue, source, accumulation);
  }
}
