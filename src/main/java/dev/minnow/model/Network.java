package dev.minnow.model;

import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a model bound to one parameter set. Bound to the gradients' set, the same structure says where each layer's gradients
 * go.
 *
 * @param embedding token and position embeddings
 * @param blocks L transformer layers
 * @param finalNorm before the head
 * @param head tied to the token embedding
 */
record Network(Embedding embedding, List<Block> blocks, LayerNorm finalNorm, Head head) {
  /** One transformer layer. */
  record Block(LayerNorm norm1, Attention attention, LayerNorm norm2, FeedForward feedForward) {}

  static Network bind(ParameterSet set) {
    ParameterTable table = set.table();
    ModelConfig config = table.config();
    List<Block> blocks = new ArrayList<>();
    for (int layer = 0; layer < config.layerCount(); layer++) {
      blocks.add(
          new Block(
              norm(set, table.layer(layer, ParameterTable.Layer.NORM_1_SCALE), config),
              new Attention(
                  new Linear(set.queryKeyValue(layer), set.queryKeyValueBias(layer)),
                  linear(set, table.layer(layer, ParameterTable.Layer.ATTENTION_OUTPUT))),
              norm(set, table.layer(layer, ParameterTable.Layer.NORM_2_SCALE), config),
              new FeedForward(
                  linear(set, table.layer(layer, ParameterTable.Layer.FEED_FORWARD_IN)),
                  linear(set, table.layer(layer, ParameterTable.Layer.FEED_FORWARD_OUT)))));
    }
    Tensor tokens = set.tensor(ParameterTable.TOKEN_EMBEDDING);
    return new Network(
        new Embedding(tokens, set.tensor(ParameterTable.POSITION_EMBEDDING)),
        List.copyOf(blocks),
        norm(set, table.finalNorm(), config),
        new Head(tokens));
  }

  private static LayerNorm norm(ParameterSet set, int scale, ModelConfig config) {
    return new LayerNorm(set.tensor(scale), set.tensor(scale + 1), config.normEpsilon());
  }

  private static Linear linear(ParameterSet set, int weight) {
    return new Linear(set.tensor(weight), set.tensor(weight + 1));
  }
}
