package dev.minnow.model;

import static java.util.Objects.requireNonNull;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Causal self-attention with its projections.
 *
 * @param queryKeyValue ((H+2G)D, C) and ((H+2G)D): query, key and value weights, which lie side by side
 * @param headNorm of queries and keys, where the model has it
 * @param rotation of queries and keys, where positions are rotary
 * @param projection (C, HD) and (C)
 */
record Attention(Linear queryKeyValue, @Nullable HeadNorm headNorm, @Nullable Rotation rotation, Linear projection) {
  /** The gradients of all that have parameters, = or +=. */
  record Gradient(Linear.Gradient queryKeyValue, HeadNorm.@Nullable Gradient headNorm, Linear.Gradient projection) {}

  /**
   * What forward leaves for backward.
   *
   * @param queryKeyValue (N, (H+2G)D) operand, queries and keys normalised and turned
   * @param kept (N, (H+G)D) operand, queries and keys before they were normalised, where they are and there will be a backward pass
   * @param attended (N, HD) operand, the heads' results
   * @param logSumExp (B, H, T), where whole windows are read and not the cache
   */
  record State(Tensor queryKeyValue, @Nullable Tensor kept, Tensor attended, @Nullable Tensor logSumExp) {}

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
    prepareHeads(kernel, state, shape.context(), 0);
    kernel.attention(state.attended, requireNonNull(state.logSumExp), state.queryKeyValue, shape, softmaxDropout);
    kernel.linearResidual(result, residual, state.attended, projection.weight(), projection.bias(), dropout);
  }

  private void prepareHeads(Kernel kernel, State state, int context, int position) {
    if (headNorm != null) {
      headNorm.forward(kernel, state.queryKeyValue, state.kept);
    }
    if (rotation != null) {
      rotation.forward(kernel, state.queryKeyValue, context, position);
    }
  }

  /** Forward for one sequence, with the rows before {@code position} in keys and values (G, T, D). */
  void forwardWithCache(
      Kernel kernel, State state, Tensor result, Tensor residual, Tensor source, Tensor keys, Tensor values, int position) {
    queryKeyValue.forward(kernel, state.queryKeyValue, source);
    prepareHeads(kernel, state, (int) source.dimension(0), position);
    kernel.attentionWithCache(state.attended, keys, values, state.queryKeyValue, position);
    kernel.linearResidual(result, residual, state.attended, projection.weight(), projection.bias(), Dropout.NONE);
  }

  /**
   * dsource (N, C) = from dout (N, C) operand, the gradient of the layer's output; gradient: this layer's gradients, = or +=.
   *
   * @param dattended (N, HD) operand, overwritten
   * @param dqueryKeyValue (N, (H+2G)D) operand, overwritten
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
    kernel.attentionBackward(
        dqueryKeyValue, dattended, state.attended, requireNonNull(state.logSumExp), state.queryKeyValue, shape, softmaxDropout);
    if (rotation != null) {
      rotation.backward(kernel, dqueryKeyValue, shape.context());
    }
    if (headNorm != null) {
      headNorm.backward(kernel, gradient.headNorm, dqueryKeyValue, state.kept);
    }
    queryKeyValue.backward(kernel, gradient.queryKeyValue, dsource, dqueryKeyValue, source, accumulation);
  }
}
