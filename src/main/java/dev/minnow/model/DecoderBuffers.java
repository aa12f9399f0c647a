package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link Decoder} holds of n tokens, with operands of the type that the kernel wants for so many.
 *
 * @param tokens (1, n) I32
 * @param residual (n, C)
 * @param middle (n, C)
 */
record DecoderBuffers(
    Tensor tokens, Tensor residual, Tensor middle, LayerNorm.State norm, Attention.State attention, FeedForward.State feedForward) {
  /** A plan of a slab, and then its tensors in the same order. */
  static final class Plan {
    private final SlabLayout layout = new SlabLayout();
    private final List<Integer> indices = new ArrayList<>();

    int add(ElementType type, long... shape) {
      indices.add(layout.add("buffer " + indices.size(), type, shape));
      return indices.size() - 1;
    }

    Slab allocate() {
      return layout.allocate();
    }
  }

  /** Plans the buffers of n tokens; returns the number of the first. */
  static int plan(Plan plan, Kernel kernel, ModelConfig config, long n) {
    ElementType operand = kernel.operandType(n);
    long c = config.width();
    long f = config.feedForwardWidth();
    int first = plan.add(ElementType.I32, 1, n);
    plan.add(ElementType.F32, n, c);
    plan.add(ElementType.F32, n, c);
    planNorm(plan, operand, n, c);
    plan.add(operand, n, 3 * c);
    plan.add(operand, n, c);
    plan.add(operand, n, f);
    plan.add(operand, n, f);
    return first;
  }

  /** Plans the final norm of n tokens; returns the number of its first tensor. */
  static int planNorm(Plan plan, ElementType operand, long n, long c) {
    int first = plan.add(operand, n, c);
    plan.add(ElementType.F32, n);
    plan.add(ElementType.F32, n);
    return first;
  }

  static DecoderBuffers bind(Slab slab, int first) {
    return new DecoderBuffers(
        slab.tensor(first),
        slab.tensor(first + 1),
        slab.tensor(first + 2),
        bindNorm(slab, first + 3),
        new Attention.State(slab.tensor(first + 6), slab.tensor(first + 7), slab.empty(ElementType.F32)),
        new FeedForward.State(slab.tensor(first + 8), slab.tensor(first + 9)));
  }

  static LayerNorm.State bindNorm(Slab slab, int first) {
    return new LayerNorm.State(slab.tensor(first), slab.tensor(first + 1), slab.tensor(first + 2));
  }

  /** The first n of the tokens. */
  DecoderBuffers rows(long n) {
    return new DecoderBuffers(
        tokens.reshape(tokens.elementCount()).rows(0, n).reshape(1, n),
        residual.rows(0, n),
        middle.rows(0, n),
        norm.rows(n),
        new Attention.State(attention.queryKeyValue().rows(0, n), attention.attended().rows(0, n), attention.logSumExp()),
        new FeedForward.State(feedForward.hidden().rows(0, n), feedForward.activated().rows(0, n)));
  }
}
