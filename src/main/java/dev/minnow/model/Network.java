package dev.minnow.model;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ParameterTable.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a model bound to its parameters, with their weights in the forms that a kernel multiplies with. Whoever changes the
 * parameters calls {@link #refresh}.
 */
public final class Network implements AutoCloseable {
  /** What one transformer layer does, or each of those that share parameters. */
  record Block(Norm norm1, Attention attention, Norm norm2, FeedForward feedForward) {}

  private final ParameterSet parameters;
  private final Optional<RotaryTable> rotaryTable;
  private final WeightSet weights;
  private final Embedding embedding;

  /** Of each layer. */
  private final List<Block> blocks = new ArrayList<>();

  private final Norm finalNorm;
  private final Head head;

  /** Binds parameters, which stay the caller's to close, and after this network. */
  public Network(Kernel kernel, ParameterSet parameters, WeightUse use) {
    this.parameters = parameters;
    ModelConfig config = config();
    ParameterTable table = parameters.table();
    this.rotaryTable =
        config.positions() instanceof Positions.Rotary rotary ? Optional.of(new RotaryTable(config, rotary)) : Optional.empty();
    this.weights = weights(kernel, use);
    Rotation rotation =
        rotaryTable.map(turns -> new Rotation(turns, config.headCount() + config.keyValueHeadCount())).orElse(null);
    Iterator<Weight> next = weights.weights().iterator();
    for (int layer = 0; layer < config.layerCount(); layer += config.sharedLayers()) {
      Linear queryKeyValue = new Linear(next.next(), parameters.queryKeyValueBias(layer));
      Linear projection = new Linear(next.next(), parameters.layerOrNull(layer, Layer.ATTENTION_OUTPUT_BIAS));
      Linear in = new Linear(next.next(), parameters.layerOrNull(layer, Layer.FEED_FORWARD_IN_BIAS));
      Linear out = new Linear(next.next(), parameters.layerOrNull(layer, Layer.FEED_FORWARD_OUT_BIAS));
      Block block =
          new Block(
              norm(table.layer(layer, Layer.NORM_1_SCALE), table.layer(layer, Layer.NORM_1_SHIFT)),
              new Attention(queryKeyValue, headNorm(layer), rotation, projection),
              norm(table.layer(layer, Layer.NORM_2_SCALE), table.layer(layer, Layer.NORM_2_SHIFT)),
              switch (config.activation()) {
                case GELU -> new PointwiseFeedForward(in, out, ActivationFunction.GELU);
                case RELU2 -> new PointwiseFeedForward(in, out, ActivationFunction.RELU2);
                case SWIGLU -> new SwiGluFeedForward(in, out);
              });
      blocks.addAll(Collections.nCopies(config.sharedLayers(), block));
    }
    this.head = new Head(next.next());
    this.embedding =
        new Embedding(parameters.tensor(ParameterTable.TOKEN_EMBEDDING), parameters.tensorOrNull(table.positionEmbedding()));
    this.finalNorm = norm(table.finalNormScale(), table.finalNormShift());
  }

  private WeightSet weights(Kernel kernel, WeightUse use) {
    try {
      return kernel.weights(matrices(parameters), use);
    } catch (RuntimeException | Error e) {
      rotaryTable.ifPresent(RotaryTable::close);
      throw e;
    }
  }

  /** The matrices of linear layers, layer by layer but those that layers share once, then the head's. */
  private static List<Tensor> matrices(ParameterSet parameters) {
    ModelConfig config = parameters.table().config();
    List<Tensor> matrices = new ArrayList<>();
    for (int layer = 0; layer < config.layerCount(); layer += config.sharedLayers()) {
      matrices.add(parameters.queryKeyValue(layer));
      matrices.add(parameters.layer(layer, Layer.ATTENTION_OUTPUT));
      matrices.add(parameters.feedForwardIn(layer));
      matrices.add(parameters.layer(layer, Layer.FEED_FORWARD_OUT));
    }
    matrices.add(parameters.tensor(parameters.table().head()));
    return matrices;
  }

  /** The shapes (out, in) of the matrices that the network of a model multiplies with; allocates nothing. */
  public static List<long[]> matrixShapes(ModelConfig config) {
    long c = config.width();
    List<long[]> shapes = new ArrayList<>();
    for (int block = 0; block < config.blockCount(); block++) {
      shapes.add(new long[] {config.queryKeyValueWidth(), c});
      shapes.add(new long[] {c, config.queryWidth()});
      shapes.add(new long[] {config.hiddenWidth(), c});
      shapes.add(new long[] {c, config.feedForwardWidth()});
    }
    shapes.add(new long[] {config.vocabularySize(), c});
    return shapes;
  }

  private Norm norm(int scale, int shift) {
    return switch (config().norm()) {
      case LAYER_NORM -> new LayerNorm(parameters.tensor(scale), parameters.tensor(shift), config().normEpsilon());
      case RMS_NORM -> new RmsNorm(parameters.tensor(scale), config().normEpsilon());
    };
  }

  private @Nullable HeadNorm headNorm(int layer) {
    ModelConfig config = config();
    return config.queryKeyNorm()
        ? new HeadNorm(
            parameters.layer(layer, Layer.QUERY_NORM_SCALE), parameters.layer(layer, Layer.KEY_NORM_SCALE), config.headCount(),
            config.keyValueHeadCount(), config.normEpsilon())
        : null;
  }

  /** Bytes of tables that the network of a model makes beside its parameters and weights; allocates nothing. */
  public static long tableBytes(ModelConfig config) {
    return RotaryTable.bytes(config);
  }

  public ModelConfig config() {
    return parameters.table().config();
  }

  public ParameterSet parameters() {
    return parameters;
  }

  Embedding embedding() {
    return embedding;
  }

  List<Block> blocks() {
    return blocks;
  }

  Norm finalNorm() {
    return finalNorm;
  }

  Head head() {
    return head;
  }

  /**
   * Bytes of weights that a forward pass of one token reads, where the set's use is not training; those that layers share once, as they
   * come from memory where a cache holds them.
   */
  public long bytesPerToken() {
    return weights.bytes() > 0 ? weights.bytes() : Float.BYTES * TokenCost.multiplyingCount(parameters.table());
  }

  /** Brings the forms of the weights up to date with the parameters. */
  public void refresh() {
    weights.refresh();
  }

  @Override
  public void close() {
    weights.close();
    rotaryTable.ifPresent(RotaryTable::close);
  }
}
