package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The layers of a model bound to its parameters, with their weights in the forms that a kernel multiplies with. Whoever changes the
 * parameters calls {@link #refresh}.
 */
public final class Network implements AutoCloseable {
  /** One transformer layer. */
  record Block(LayerNorm norm1, Attention attention, LayerNorm norm2, FeedForward feedForward) {}

  private final ParameterSet parameters;
  private final WeightSet weights;
  private final Embedding embedding;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm finalNorm;
  private final Head head;

  /** Binds parameters, which stay the caller's to close, and after this network. */
  public Network(Kernel kernel, ParameterSet parameters, WeightUse use) {
    this.parameters = parameters;
    this.weights = kernel.weights(matrices(parameters), use);
    ModelConfig config = config();
    ParameterTable table = parameters.table();
    Iterator<Weight> next = weights.weights().iterator();
    for (int layer = 0; layer < config.layerCount(); layer++) {
      blocks.add(
          new Block(
              norm(table.layer(layer, ParameterTable.Layer.NORM_1_SCALE)),
              new Attention(
                  new Linear(next.next(), parameters.queryKeyValueBias(layer)),
                  new Linear(next.next(), bias(layer, ParameterTable.Layer.ATTENTION_OUTPUT))),
              norm(table.layer(layer, ParameterTable.Layer.NORM_2_SCALE)),
              new FeedForward(
                  new Linear(next.next(), bias(layer, ParameterTable.Layer.FEED_FORWARD_IN)),
                  new Linear(next.next(), bias(layer, ParameterTable.Layer.FEED_FORWARD_OUT)))));
    }
    this.head = new Head(next.next());
    this.embedding =
        new Embedding(parameters.tensor(ParameterTable.TOKEN_EMBEDDING), parameters.tensor(ParameterTable.POSITION_EMBEDDING));
    this.finalNorm = norm(table.finalNorm());
  }

  /** The matrices of linear layers, layer by layer, then the head's. */
  private static List<Tensor> matrices(ParameterSet parameters) {
    List<Tensor> matrices = new ArrayList<>();
    for (int layer = 0; layer < parameters.table().config().layerCount(); layer++) {
      matrices.add(parameters.queryKeyValue(layer));
      matrices.add(parameters.layer(layer, ParameterTable.Layer.ATTENTION_OUTPUT));
      matrices.add(parameters.layer(layer, ParameterTable.Layer.FEED_FORWARD_IN));
      matrices.add(parameters.layer(layer, ParameterTable.Layer.FEED_FORWARD_OUT));
    }
    matrices.add(parameters.tensor(ParameterTable.TOKEN_EMBEDDING));
    return matrices;
  }

  /** The shapes (out, in) of the matrices that the network of a model multiplies with; allocates nothing. */
  public static List<long[]> matrixShapes(ModelConfig config) {
    long c = config.width();
    long f = config.feedForwardWidth();
    List<long[]> shapes = new ArrayList<>();
    for (int layer = 0; layer < config.layerCount(); layer++) {
      shapes.addAll(List.of(new long[] {3 * c, c}, new long[] {c, c}, new long[] {f, c}, new long[] {c, f}));
    }
    shapes.add(new long[] {config.vocabularySize(), c});
    return shapes;
  }

  private LayerNorm norm(int scale) {
    return new LayerNorm(parameters.tensor(scale), parameters.tensor(scale + 1), config().normEpsilon());
  }

  private Tensor bias(int layer, ParameterTable.Layer weight) {
    return parameters.tensor(parameters.table().layer(layer, weight) + 1);
  }

  public ModelConfig config() {
    return parameters.table().config();
  }

  public ParameterSet parameters() {
    return parameters;
  }

  /** Bytes of the kernel's own forms of weights, beside the parameters. */
  public long weightBytes() {
    return weights.bytes();
  }

  Embedding embedding() {
    return embedding;
  }

  List<Block> blocks() {
    return blocks;
  }

  LayerNorm finalNorm() {
    return finalNorm;
  }

  Head head() {
    return head;
  }

  /** Bytes of weights that a forward pass of one token reads, where the set's use is not training. */
  public long bytesPerToken() {
    return weights.bytes() > 0 ? weights.bytes() : Float.BYTES * parameters.table().multiplyingCount();
  }

  /** Brings the forms of the weights up to date with the parameters. */
  public void refresh() {
    weights.refresh();
  }

  @Override
  public void close() {
    weights.close();
  }
}
