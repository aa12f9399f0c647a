package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
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
  /** Plans the buffers of n tokens; returns the index of the first. */
  static int plan(SlabLayout layout, Kernel kernel, ModelConfig config, long n) {
    ElementType operand = kernel.operandType(n);
    long c = config.width();
    int first = layout.add("tokens", ElementType.I32, 1, n);
    layout.add("residual", ElementType.F32, n, c);
    layout.add("middle", ElementType.F32, n, c);
    planNorm(layout, "norm", operand, n, c);
    layout.add("queryKeyValue", operand, n, config.queryKeyValueWidth());
    layout.add("attended", operand, n, config.queryWidth());
    layout.add("hidden", operand, n, config.hiddenWidth());
    layout.add("activated", operand, n, config.feedForwardWidth());
    return first;
  }

  /** Plans a norm of n tokens; returns the index of its first tensor. */
  static int planNorm(SlabLayout layout, String name, ElementType operand, long n, long c) {
    int first = layout.add(name, operand, n, c);
    layout.add(name + " mean", ElementType.F32, n);
    layout.add(name + " reciprocal root", ElementType.F32, n);
    return first;
  }

  static DecoderBuffers bind(Slab slab, int first) {
    return new DecoderBuffers(
        slab.tensor(first),
        slab.tensor(first + 1),
        slab.tensor(first + 2),
        bindNorm(slab, first + 3),
        new Attention.State(slab.tensor(first + 6), /* kept= */ null, slab.tensor(first + 7), slab.empty(ElementType.F32)),
        new FeedForward.State(slab.tensor(first + 8), slab.tensor(first + 9)));
  }

  static Norm.State bindNorm(Slab slab, int first) {
    return new Norm.State(slab.tensor(first), slab.tensor(first + 1), slab.tensor(first + 2));
  }

  /** The first n of the tokens. */
  DecoderBuffers rows(long n) {
    return new DecoderBuffers(
        tokens.reshape(tokens.elementCount()).rows(0, n).reshape(1, n),
        residual.rows(0, n),
        middle.rows(0, n),
        norm.rows(n),
        new Attention.State(attention.queryKeyValue().rows(0, n), /* kept= */ null, attention.attended().rows(0, n), attention.logSumExp()),
        new FeedForward.State(feedForward.hidden().rows(0, n), feedForward.activated().rows(0, n)));
  }
}
