package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import java.util.List;

/**
 * A decoder-only transformer over batches of windows: forward, loss and backward. Token ids are read from {@link Activations#inputs} and
 * {@link Activations#targets}. One caller at a time.
 */
public final class Transformer {
  private final Kernel kernel;
  private final Network network;
  private final Activations activations;
  private final List<Head.Chunk> headChunks;

  /** A view on a network and activations, which stay the caller's to close. */
  public Transformer(Kernel kernel, Network network, Activations activations) {
    this.kernel = kernel;
    this.network = network;
    this.activations = activations;
    long rows = activations.losses().elementCount();
    this.headChunks =
        Head.Chunk.split(
            activations.finalNorm().out(), activations.targets().reshape(rows), activations.losses(), activations.logits());
  }

  /** A set of gradients, as {@link #backward} fills it. */
  public final class GradientSink {
    private final NetworkGradient gradient;
    private final Activations.Gradients buffers = activations.gradients();
    private final List<Tensor> headChunks = Head.chunks(buffers.dnarrow(), activations.logits());

    private GradientSink(ParameterSet gradients) {
      this.gradient = NetworkGradient.bind(gradients);
    }
  }

  /** Prepares a set of gradients, which stays the caller's to close. */
  public GradientSink gradientsInto(ParameterSet gradients) {
    return new GradientSink(gradients);
  }

  public Activations activations() {
    return activations;
  }

  /** Runs the inputs through all layers. */
  public void forward(DropoutSites dropout) {
    AttentionShape shape = activations.shape();
    Tensor embedded = activations.layers().getFirst().in();
    network.embedding().forward(kernel, embedded, activations.inputs(), 0, dropout.embedding());
    for (int i = 0; i < network.blocks().size(); i++) {
      Network.Block block = network.blocks().get(i);
      Activations.Layer layer = activations.layers().get(i);
      block.norm1().forward(kernel, layer.norm1(), layer.in());
      block
          .attention()
          .forward(
              kernel,
              layer.attention(),
              layer.middle(),
              layer.in(),
              layer.norm1().out(),
              shape,
              dropout.attention(i),
              dropout.attentionResidual(i));
      block.norm2().forward(kernel, layer.norm2(), layer.middle());
      block
          .feedForward()
          .forward(kernel, layer.feedForward(), layer.out(), layer.middle(), layer.norm2().out(), dropout.feedForwardResidual(i));
    }
    network.finalNorm().forward(kernel, activations.finalNorm(), activations.layers().getLast().out());
  }

  /** After {@link #forward}: fills {@link Activations#losses} and returns their mean, in nats. */
  public double loss() {
    for (Head.Chunk chunk : headChunks) {
      network.head().loss(kernel, chunk);
    }
    return meanLoss();
  }

  /**
   * After {@link #forward} with the same dropout: sets or adds the gradients of gradientScale x the sum of losses, and returns the mean
   * loss, in nats.
   */
  public double backward(GradientSink sink, DropoutSites dropout, float gradientScale, Accumulation accumulation) {
    return backward(sink, dropout, gradientScale, 0, accumulation);
  }

  /**
   * The same with gradients of smoothed labels; the mean loss is without.
   *
   * @param labelSmoothing share of each target that is spread evenly over the vocabulary
   */
  public double backward(
      GradientSink sink, DropoutSites dropout, float gradientScale, float labelSmoothing, Accumulation accumulation) {
    NetworkGradient gradient = sink.gradient;
    if (accumulation == Accumulation.SET) {
      gradient.clearSums();
    }
    Tensor dresidual = sink.buffers.dresidual();
    Tensor dnarrow = sink.buffers.dnarrow();
    for (int i = 0; i < headChunks.size(); i++) {
      network
          .head()
          .lossAndBackward(
              kernel,
              gradient.head(),
              sink.headChunks.get(i),
              headChunks.get(i),
              gradientScale,
              labelSmoothing,
              i == 0 ? accumulation : Accumulation.ADD);
    }
    dresidual.clear();
    network
        .finalNorm()
        .backward(kernel, gradient.finalNorm(), dresidual, dnarrow, activations.layers().getLast().out(), activations.finalNorm());
    int shared = network.config().sharedLayers();
    for (int i = network.blocks().size() - 1; i >= 0; i--) {
      boolean isFirstVisit = (i + 1) % shared == 0;
      backward(i, gradient.blocks().get(i), sink.buffers, dropout, isFirstVisit ? accumulation : Accumulation.ADD);
    }
    network.embedding().backward(kernel, gradient.embedding(), dresidual, activations.inputs(), dropout.embedding());
    return meanLoss();
  }

  private void backward(
      int i, NetworkGradient.Block gradient, Activations.Gradients buffers, DropoutSites dropout, Accumulation accumulation) {
    Network.Block block = network.blocks().get(i);
    Activations.Layer layer = activations.layers().get(i);
    Tensor dresidual = buffers.dresidual();
    Tensor dnarrow = buffers.dnarrow();
    Tensor dfeedForward = throughDropout(buffers.dout(), dresidual, dropout.feedForwardResidual(i));
    block
        .feedForward()
        .backward(kernel, gradient.feedForward(), dnarrow, dfeedForward, layer.norm2().out(), layer.feedForward(), buffers.feedForward(),
            accumulation);
    block.norm2().backward(kernel, gradient.norm2(), dresidual, dnarrow, layer.middle(), layer.norm2());
    Tensor dattention = throughDropout(buffers.dout(), dresidual, dropout.attentionResidual(i));
    block
        .attention()
        .backward(
            kernel,
            gradient.attention(),
            dnarrow,
            dattention,
            layer.norm1().out(),
            layer.attention(),
            buffers.dattended(),
            buffers.dqueryKeyValue(),
            activations.shape(),
            dropout.attention(i),
            accumulation);
    block.norm1().backward(kernel, gradient.norm1(), dresidual, dnarrow, layer.in(), layer.norm1());
  }

  /** The gradient before dropout as an operand: the gradient itself where these are the same. */
  private Tensor throughDropout(Tensor din, Tensor dout, Dropout dropout) {
    if (dropout.isNone() && din.type() == dout.type()) {
      return dout;
    }
    kernel.dropoutBackward(din, dout, dropout);
    return din;
  }

  private double meanLoss() {
    Tensor losses = activations.losses();
    double sum = 0;
    for (long i = 0; i < losses.elementCount(); i++) {
      sum += losses.getFloat(i);
    }
    return sum / losses.elementCount();
  }
}
