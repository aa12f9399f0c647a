package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/**
 * What a {@link Decoder} holds of n tokens, with operands of the type that the kernel wants for so many.
 *
 * @param tokens (1, n) I32
 * @param residual (n, C)
 * @param middle (n, C)
 */
record DecoderBuffers(
    Tensor tokens, Tensor residual, Tensor middle, Norm.State norm, Attention.State attention, FeedForward.State feedForward) {
  static DecoderBuffers of(TensorSource source, Kernel kernel, ModelConfig config, long n) {
    ElementType operand = kernel.operandType(n);
    return new DecoderBuffers(
        source.next("tokens", ElementType.I32, 1, n),
        source.next("residual", ElementType.F32, n, config.width()),
        source.next("middle", ElementType.F32, n, config.width()),
        Norm.State.of(source, "norm", operand, n, config),
        new Attention.State(
            source.next("queryKeyValue", operand, n, config.queryKeyValueWidth()),
            /* kept= */ null,
            source.next("attended", operand, n, config.queryWidth()),
            /* logSumExp= */ null),
        FeedForward.State.of(source, "", operand, n, config));
  }

  /** The first n of the tokens. */
  DecoderBuffers rows(long n) {
    return new DecoderBuffers(
        tokens.reshape(tokens.elementCount()).rows(0, n).reshape(1, n),
        residual.rows(0, n),
        middle.rows(0, n),
        norm.rows(n),
        new Attention.State(
            attention.queryKeyValue().rows(0, n), /* kept= */ null, attention.attended().rows(0, n), /* logSumExp= */ null),
        feedForward.rows(n));
  }
}
