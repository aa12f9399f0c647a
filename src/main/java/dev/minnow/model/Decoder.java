package dev.minnow.model;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;

/**
 * The forward pass of one sequence, some tokens at a time, with the keys and values of earlier tokens given. Holds its own buffers; one
 * caller at a time.
 */
public final class Decoder implements AutoCloseable {
  /** Tokens that one pass takes at most: enough that a prompt is multiplied in blocks, few enough that the buffers stay small. */
  public static final int MAXIMUM_ROWS = 128;

  /** Buffers of n rows. */
  private record Buffers(
      Tensor tokens,
      Tensor residual,
      Tensor middle,
      LayerNorm.State norm,
      Attention.State attention,
      FeedForward.State feedForward,
      Tensor projected) {
    Buffers rows(long n) {
      return new Buffers(
          tokens.reshape(tokens.elementCount()).rows(0, n).reshape(1, n),
          residual.rows(0, n),
          middle.rows(0, n),
          norm.rows(n),
          new Attention.State(attention.queryKeyValue().rows(0, n), attention.attended().rows(0, n), attention.logSumExp()),
          new FeedForward.State(feedForward.hidden().rows(0, n), feedForward.activated().rows(0, n)),
          projected.rows(0, n));
    }
  }

  private final Kernel kernel;
  private final ModelConfig config;
  private final Network network;
  private final Slab slab;
  private final Buffers all;
  private final Buffers one;
  private final Tensor logits;
  private final Tensor losses;
  private final Tensor targets;

  /** A view on parameters, which stay the caller's to close. */
  public Decoder(Kernel kernel, ParameterSet parameters) {
    this.kernel = kernel;
    this.config = parameters.table().config();
    this.network = Network.bind(parameters);
    SlabLayout layout = new SlabLayout();
    long n = Math.min(MAXIMUM_ROWS, config.contextLength());
    long c = config.width();
    long f = config.feedForwardWidth();
    long[][] shapes = {{n, c}, {n, c}, {n, c}, {n}, {n}, {n, 3 * c}, {n, c}, {n, f}, {n, f}, {n, c}, {1, config.vocabularySize()}, {1}};
    for (long[] shape : shapes) {
      layout.add("decoder buffer", ElementType.F32, shape);
    }
    int tokens = layout.add("decoder tokens", ElementType.I32, 1, n);
    int target = layout.add("decoder target", ElementType.I32, 1);
    slab = layout.allocate();
    all =
        new Buffers(
            slab.tensor(tokens),
            slab.tensor(0),
            slab.tensor(1),
            new LayerNorm.State(slab.tensor(2), slab.tensor(3), slab.tensor(4)),
            new Attention.State(slab.tensor(5), slab.tensor(6), slab.empty(ElementType.F32)),
            new FeedForward.State(slab.tensor(7), slab.tensor(8)),
            slab.tensor(9));
    one = all.rows(1);
    logits = slab.tensor(10);
    losses = slab.tensor(11);
    targets = slab.tensor(target);
  }

  /** Tokens that one {@link #forward} takes at most. */
  public int maximumRows() {
    return (int) all.residual().dimension(0);
  }

  /**
   * Runs {@code count} tokens whose first is at {@code position}, and adds their keys and values to the cache.
   *
   * @param keys per layer (T, C), whose rows before {@code position} are filled
   * @param values per layer (T, C)
   * @return the final hidden states (count, C), valid until the next call
   * @throws IllegalArgumentException if count is above {@link #maximumRows} or the positions do not fit the context
   */
  public Tensor forward(int[] tokens, int from, int count, int position, List<Tensor> keys, List<Tensor> values) {
    if (count < 1 || count > maximumRows() || position < 0 || position + count > config.contextLength()) {
      throw new IllegalArgumentException(
          count + " tokens at position " + position + " do not fit a context of " + config.contextLength() + ".");
    }
    Buffers buffers = count == 1 ? one : all.rows(count);
    for (int i = 0; i < count; i++) {
      buffers.tokens.setInt(i, tokens[from + i]);
    }
    network.embedding().forward(kernel, buffers.residual, buffers.tokens, position, Dropout.NONE);
    for (int i = 0; i < network.blocks().size(); i++) {
      Network.Block block = network.blocks().get(i);
      block.norm1().forward(kernel, buffers.norm, buffers.residual);
      block
          .attention()
          .forwardWithCache(
              kernel, buffers.attention, buffers.projected, buffers.norm.out(), keys.get(i), values.get(i), position, config.headCount());
      kernel.addResidual(buffers.middle, buffers.residual, buffers.projected, Dropout.NONE);
      block.norm2().forward(kernel, buffers.norm, buffers.middle);
      block.feedForward().forward(kernel, buffers.feedForward, buffers.projected, buffers.norm.out());
      kernel.addResidual(buffers.residual, buffers.middle, buffers.projected, Dropout.NONE);
    }
    network.finalNorm().forward(kernel, buffers.norm, buffers.residual);
    return buffers.norm.out();
  }

  /** Scores of every token after one row of hidden states: (1, V), valid until the next call. */
  public Tensor logits(Tensor hidden, int row) {
    kernel.linear(logits, hidden.rows(row, row + 1), network.head().weight(), null);
    return logits;
  }

  /** The loss in nats of {@code target} after one row of hidden states: minus its log-probability. */
  public float loss(Tensor hidden, int row, int target) {
    targets.setInt(0, target);
    kernel.crossEntropy(losses, logits(hidden, row), targets, 0);
    return losses.getFloat(0);
  }

  @Override
  public void close() {
    slab.close();
  }
}
