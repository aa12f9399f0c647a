package dev.minnow.model;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.Tensor;
import java.util.List;

/**
 * The forward pass of one sequence, some tokens at a time, with the keys and values of earlier tokens given. Holds its own buffers; one
 * caller at a time.
 */
public final class Decoder implements AutoCloseable {
  /** Tokens that one pass takes at most: enough that reading the weights costs little of it, few enough that the buffers stay small. */
  private static final int MAXIMUM_ROWS = 512;

  /** Rows whose scores are held at once. */
  private static final int SCORED_ROWS = 128;

  private final Kernel kernel;
  private final Network network;
  private final Slab slab;
  private final Tensors tensors;
  private final DecoderBuffers one;

  /** The residual stream after the last pass. */
  private Tensor residual;

  /** A view on a network, which stays the caller's to close. */
  public Decoder(Kernel kernel, Network network) {
    this.kernel = kernel;
    this.network = network;
    ModelConfig config = network.config();
    slab = TensorSource.layout((source, none) -> Tensors.of(source, kernel, config)).allocate();
    tensors = Tensors.of(TensorSource.of(slab), kernel, config);
    one = tensors.few.rows(1);
    residual = tensors.many.residual();
  }

  /**
   * All that a decoder holds.
   *
   * @param many tokens, {@link #MAXIMUM_ROWS} or the whole context
   * @param few of them
   * @param manyLast the final norm of many rows whose scores are wanted, S
   * @param fewLast the same of few
   * @param logits (S, V)
   * @param losses (S)
   * @param targets (S) I32
   */
  private record Tensors(
      DecoderBuffers many, DecoderBuffers few, Norm.State manyLast, Norm.State fewLast, Tensor logits, Tensor losses, Tensor targets) {
    static Tensors of(TensorSource source, Kernel kernel, ModelConfig config) {
      long n = Math.min(MAXIMUM_ROWS, config.contextLength());
      long fewRows = Math.min(Kernel.FEW_ROWS, n);
      long scored = Math.min(SCORED_ROWS, n);
      return new Tensors(
          DecoderBuffers.of(source, kernel, config, n),
          DecoderBuffers.of(source, kernel, config, fewRows),
          Norm.State.of(source, "last norm", kernel.operandType(scored), scored, config),
          Norm.State.of(source, "last norm", kernel.operandType(fewRows), fewRows, config),
          source.next("logits", ElementType.F32, scored, config.vocabularySize()),
          source.next("losses", ElementType.F32, scored),
          source.next("targets", ElementType.I32, scored));
    }
  }

  /** Tokens that one {@link #forward} takes at most. */
  public int maximumRows() {
    return (int) tensors.many.residual().dimension(0);
  }

  /**
   * Runs {@code count} tokens whose first is at {@code position}, and adds their keys and values to the cache.
   *
   * @param keys per layer (G, T, D), whose rows before {@code position} are filled
   * @param values per layer (G, T, D)
   * @throws IllegalArgumentException if count is above {@link #maximumRows}, the positions do not fit the context, or a cache is not the
   *     model's
   */
  public void forward(int[] tokens, int from, int count, int position, List<Tensor> keys, List<Tensor> values) {
    ModelConfig config = network.config();
    if (count < 1 || count > maximumRows() || position < 0 || position + count > config.contextLength()) {
      throw new IllegalArgumentException(
          count + " tokens at position " + position + " do not fit a context of " + config.contextLength() + ".");
    }
    keys.forEach(this::requireCache);
    values.forEach(this::requireCache);
    DecoderBuffers buffers = buffers(count);
    residual = buffers.residual();
    for (int i = 0; i < count; i++) {
      buffers.tokens().setInt(i, tokens[from + i]);
    }
    network.embedding().forward(kernel, buffers.residual(), buffers.tokens(), position, Dropout.NONE);
    for (int i = 0; i < network.blocks().size(); i++) {
      Network.Block block = network.blocks().get(i);
      block.norm1().forward(kernel, buffers.norm(), buffers.residual());
      block
          .attention()
          .forwardWithCache(
              kernel,
              buffers.attention(),
              buffers.middle(),
              buffers.residual(),
              buffers.norm().out(),
              keys.get(i),
              values.get(i),
              position);
      block.norm2().forward(kernel, buffers.norm(), buffers.middle());
      block.feedForward().forward(kernel, buffers.feedForward(), buffers.residual(), buffers.middle(), buffers.norm().out(), Dropout.NONE);
    }
  }

  /** A cache of other heads would be taken for a model of other heads. */
  private void requireCache(Tensor cache) {
    ModelConfig config = network.config();
    if (cache.rank() != 3 || cache.dimension(0) != config.keyValueHeadCount() || cache.dimension(2) != config.headWidth()) {
      throw new IllegalArgumentException(
          "A cache of " + config.keyValueHeadCount() + " heads, " + config.headWidth() + " wide, is expected, not " + cache + ".");
    }
  }

  private DecoderBuffers buffers(int count) {
    if (count == 1) {
      return one;
    }
    return count <= tensors.few.residual().dimension(0) ? tensors.few.rows(count) : tensors.many.rows(count);
  }

  /** Scores of every token after row {@code row} of the last {@link #forward}: (1, V), valid until the next call. */
  public Tensor logits(int row) {
    return logits(row, row + 1);
  }

  private Tensor logits(int from, int to) {
    int count = to - from;
    Norm.State norm = (count <= tensors.fewLast.reciprocalRoot().dimension(0) ? tensors.fewLast : tensors.manyLast).rows(count);
    Tensor scores = tensors.logits.rows(0, count);
    network.finalNorm().forward(kernel, norm, residual.rows(from, to));
    kernel.linear(scores, norm.out(), network.head().weight(), null);
    return scores;
  }

  /**
   * For rows of the last {@link #forward} from {@code first} on, as many as there are targets, the loss in nats of each row's target:
   * minus its log-probability.
   */
  public float[] losses(int first, int... rowTargets) {
    float[] all = new float[rowTargets.length];
    int step = (int) tensors.logits.dimension(0);
    for (int from = 0; from < all.length; from += step) {
      int to = Math.min(all.length, from + step);
      for (int row = from; row < to; row++) {
        tensors.targets.setInt(row - from, rowTargets[row]);
      }
      Tensor some = tensors.losses.rows(0, to - from);
      kernel.crossEntropy(some, logits(first + from, first + to), tensors.targets.rows(0, to - from));
      System.arraycopy(some.toFloats(), 0, all, from, to - from);
    }
    return all;
  }

  @Override
  public void close() {
    slab.close();
  }
}
