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

  /** Rows whose scores are held at once. */
  private static final int SCORED_ROWS = 32;

  /** Buffers of n rows. */
  private record Buffers(
      Tensor tokens,
      Tensor residual,
      Tensor middle,
      LayerNorm.State norm,
      Attention.State attention,
      FeedForward.State feedForward) {
    Buffers rows(long n) {
      return new Buffers(
          tokens.reshape(tokens.elementCount()).rows(0, n).reshape(1, n),
          residual.rows(0, n),
          middle.rows(0, n),
          norm.rows(n),
          new Attention.State(attention.queryKeyValue().rows(0, n), attention.attended().rows(0, n), attention.logSumExp()),
          new FeedForward.State(feedForward.hidden().rows(0, n), feedForward.activated().rows(0, n)));
    }
  }

  private final Kernel kernel;
  private final Network network;
  private final Slab slab;
  private final Buffers all;
  private final Buffers one;

  /** Of the rows whose scores are wanted: their final norm, scores, losses and targets. */
  private final LayerNorm.State last;

  private final Tensor logits;
  private final Tensor losses;
  private final Tensor targets;

  /** A view on a network, which stays the caller's to close. */
  public Decoder(Kernel kernel, Network network) {
    this.kernel = kernel;
    this.network = network;
    ModelConfig config = network.config();
    ElementType operand = kernel.operandType();
    long n = Math.min(MAXIMUM_ROWS, config.contextLength());
    long scored = Math.min(SCORED_ROWS, n);
    long c = config.width();
    long f = config.feedForwardWidth();
    SlabLayout layout = new SlabLayout();
    layout.add("tokens", ElementType.I32, 1, n);
    layout.add("residual", ElementType.F32, n, c);
    layout.add("middle", ElementType.F32, n, c);
    layout.add("norm", operand, n, c);
    layout.add("norm mean", ElementType.F32, n);
    layout.add("norm deviation", ElementType.F32, n);
    layout.add("queryKeyValue", operand, n, 3 * c);
    layout.add("attended", operand, n, c);
    layout.add("hidden", operand, n, f);
    layout.add("activated", operand, n, f);
    layout.add("last norm", operand, scored, c);
    layout.add("last mean", ElementType.F32, scored);
    layout.add("last deviation", ElementType.F32, scored);
    layout.add("logits", ElementType.F32, scored, config.vocabularySize());
    layout.add("losses", ElementType.F32, scored);
    layout.add("targets", ElementType.I32, scored);
    slab = layout.allocate();
    all =
        new Buffers(
            slab.tensor(0),
            slab.tensor(1),
            slab.tensor(2),
            new LayerNorm.State(slab.tensor(3), slab.tensor(4), slab.tensor(5)),
            new Attention.State(slab.tensor(6), slab.tensor(7), slab.empty(ElementType.F32)),
            new FeedForward.State(slab.tensor(8), slab.tensor(9)));
    one = all.rows(1);
    last = new LayerNorm.State(slab.tensor(10), slab.tensor(11), slab.tensor(12));
    logits = slab.tensor(13);
    losses = slab.tensor(14);
    targets = slab.tensor(15);
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
   * @throws IllegalArgumentException if count is above {@link #maximumRows} or the positions do not fit the context
   */
  public void forward(int[] tokens, int from, int count, int position, List<Tensor> keys, List<Tensor> values) {
    ModelConfig config = network.config();
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
              kernel,
              buffers.attention,
              buffers.middle,
              buffers.residual,
              buffers.norm.out(),
              keys.get(i),
              values.get(i),
              position,
              config.headCount());
      block.norm2().forward(kernel, buffers.norm, buffers.middle);
      block.feedForward().forward(kernel, buffers.feedForward, buffers.residual, buffers.middle, buffers.norm.out(), Dropout.NONE);
    }
  }

  /** Scores of every token after row {@code row} of the last {@link #forward}: (1, V), valid until the next call. */
  public Tensor logits(int row) {
    return logits(row, row + 1);
  }

  private Tensor logits(int from, int to) {
    LayerNorm.State norm = last.rows(to - from);
    Tensor scores = logits.rows(0, to - from);
    network.finalNorm().forward(kernel, norm, all.residual.rows(from, to));
    kernel.linear(scores, norm.out(), network.head().weight(), null);
    return scores;
  }

  /**
   * For the first rows of the last {@link #forward}, as many as there are targets, the loss in nats of each row's target: minus its
   * log-probability.
   */
  public float[] losses(int... rowTargets) {
    float[] all = new float[rowTargets.length];
    int step = (int) logits.dimension(0);
    for (int from = 0; from < all.length; from += step) {
      int to = Math.min(all.length, from + step);
      for (int row = from; row < to; row++) {
        targets.setInt(row - from, rowTargets[row]);
      }
      Tensor some = losses.rows(0, to - from);
      kernel.crossEntropy(some, logits(from, to), targets.rows(0, to - from));
      System.arraycopy(some.toFloats(), 0, all, from, to - from);
    }
    return all;
  }

  @Override
  public void close() {
    slab.close();
  }
}
