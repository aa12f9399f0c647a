package dev.minnow.model;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a forward pass leaves for the backward pass, and the buffers of both, in one slab that is planned from (model, batch, context)
 * before the first step.
 */
public final class Activations implements AutoCloseable {
  /** One layer's; {@code in}, {@code middle} and {@code out} (N, C) are the residual stream before, between and after its two parts. */
  record Layer(
      Tensor in,
      Norm.State norm1,
      Attention.State attention,
      Tensor middle,
      Norm.State norm2,
      FeedForward.State feedForward,
      Tensor out) {}

  /**
   * Buffers of the backward pass: dresidual and dnarrow (N, C) F32; dout (N, C), dattended (N, HD), dqueryKeyValue (N, (H+2G)D) and the
   * feed-forward's operands.
   */
  record Gradients(
      Tensor dresidual, Tensor dnarrow, Tensor dout, Tensor dattended, Tensor dqueryKeyValue, FeedForward.Buffers feedForward) {}

  private final Slab slab;
  private final ElementType operandType;
  private final ModelConfig config;
  private final AttentionShape shape;
  private final Tensor inputs;
  private final Tensor targets;
  private final Tensor losses;
  private final List<Layer> layers = new ArrayList<>();
  private final Norm.State finalNorm;
  private final Tensor logits;
  private final List<Gradients> gradients;

  /**
   * Allocates for a forward pass over (batch, context) windows, and for a backward pass where {@code training}; without it all layers
   * share one layer's tensors.
   *
   * @param operandType of the kernel that will run
   */
  public static Activations allocate(ModelConfig config, int batch, int context, boolean training, ElementType operandType) {
    Slab slab = layout(config, batch, context, training, operandType).allocate();
    return new Activations(config, batch, context, training, operandType, TensorSource.of(slab), slab);
  }

  /** Bytes that {@link #allocate} takes. */
  public static long bytes(ModelConfig config, int batch, int context, boolean training, ElementType operandType) {
    return layout(config, batch, context, training, operandType).bytes();
  }

  private static SlabLayout layout(ModelConfig config, int batch, int context, boolean training, ElementType operandType) {
    return TensorSource.layout((source, slab) -> new Activations(config, batch, context, training, operandType, source, slab));
  }

  private Activations(
      ModelConfig config, int batch, int context, boolean training, ElementType operandType, TensorSource source, Slab slab) {
    this.slab = slab;
    this.operandType = operandType;
    this.config = config;
    this.shape = new AttentionShape(batch, context, config.headCount(), config.keyValueHeadCount(), config.headWidth());
    long n = Math.multiplyExact((long) batch, context);
    long c = config.width();
    inputs = source.next("inputs", ElementType.I32, batch, context);
    targets = source.next("targets", ElementType.I32, batch, context);
    losses = source.next("losses", ElementType.F32, n);
    Tensor residual = source.next("embedded", ElementType.F32, n, c);
    for (int i = 0; i < (training ? config.layerCount() : 1); i++) {
      Layer layer = layer(source, i, residual, n, training);
      layers.add(layer);
      residual = layer.out();
    }
    if (!training) {
      layers.addAll(Collections.nCopies(config.layerCount() - 1, layers.getFirst()));
    }
    finalNorm = Norm.State.of(source, "finalNorm", operandType, n, config);
    long vocabularySize = config.vocabularySize();
    logits = source.next("logits", operandType, Math.min(n, Head.chunkRows(vocabularySize, operandType)), vocabularySize);
    gradients = training ? List.of(gradients(source, n)) : List.of();
  }

  private Gradients gradients(TensorSource source, long n) {
    long c = config.width();
    return new Gradients(
        source.next("dresidual", ElementType.F32, n, c),
        source.next("dnarrow", ElementType.F32, n, c),
        source.next("dout", operandType, n, c),
        source.next("dattended", operandType, n, config.queryWidth()),
        source.next("dqueryKeyValue", operandType, n, config.queryKeyValueWidth()),
        feedForwardBuffers(source, n));
  }

  private FeedForward.Buffers feedForwardBuffers(TensorSource source, long n) {
    Tensor dhidden = source.next("dhidden", operandType, n, config.hiddenWidth());
    boolean inPlace = config.hiddenWidth() == config.feedForwardWidth();
    return new FeedForward.Buffers(dhidden, inPlace ? dhidden : source.next("dactivated", operandType, n, config.feedForwardWidth()));
  }

  private Layer layer(TensorSource source, int index, Tensor in, long n, boolean training) {
    String prefix = "layer " + index + " ";
    long c = config.width();
    Norm.State norm1 = Norm.State.of(source, prefix + "norm1", operandType, n, config);
    boolean keepsHeads = training && config.queryKeyNorm();
    Attention.State attention =
        new Attention.State(
            source.next(prefix + "queryKeyValue", operandType, n, config.queryKeyValueWidth()),
            keepsHeads ? source.next(prefix + "queryKey", operandType, n, config.queryWidth() + config.keyValueWidth()) : null,
            source.next(prefix + "attended", operandType, n, config.queryWidth()),
            source.next(prefix + "logSumExp", ElementType.F32, shape.batch(), shape.headCount(), shape.context()));
    Tensor middle = source.next(prefix + "middle", ElementType.F32, n, c);
    Norm.State norm2 = Norm.State.of(source, prefix + "norm2", operandType, n, config);
    FeedForward.State feedForward = FeedForward.State.of(source, prefix, operandType, n, config);
    Tensor out = training ? source.next(prefix + "out", ElementType.F32, n, c) : in;
    return new Layer(in, norm1, attention, middle, norm2, feedForward, out);
  }

  /** Token ids to read, (B, T) I32, for the caller to fill. */
  public Tensor inputs() {
    return inputs;
  }

  /** Token ids to predict, (B, T) I32, for the caller to fill. */
  public Tensor targets() {
    return targets;
  }

  /** Loss of each position after a pass, (B*T), in nats. */
  public Tensor losses() {
    return losses;
  }

  public Slab slab() {
    return slab;
  }

  public AttentionShape shape() {
    return shape;
  }

  List<Layer> layers() {
    return layers;
  }

  Norm.State finalNorm() {
    return finalNorm;
  }

  /** (chunk rows, V) operand; their gradients take their place. */
  Tensor logits() {
    return logits;
  }

  Gradients gradients() {
    if (gradients.isEmpty()) {
      throw new IllegalStateException("These activations were planned for evaluation, not for training.");
    }
    return gradients.getFirst();
  }

  @Override
  public void close() {
    slab.close();
  }
}
