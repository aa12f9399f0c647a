package dev.minnow.model;

import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each layer's gradients go in a set of gradients.
 *
 * @param embedding token and position embeddings; the head adds to the tokens' too
 * @param blocks L transformer layers
 * @param finalNorm before the head
 */
record NetworkGradient(Embedding embedding, List<Block> blocks, LayerNorm.Gradient finalNorm) {
  /** One transformer layer. */
  record Block(LayerNorm.Gradient norm1, Attention.Gradient attention, LayerNorm.Gradient norm2, FeedForward.Gradient feedForward) {}

  static NetworkGradient bind(ParameterSet set) {
    ParameterTable table = set.table();
    List<Block> blocks = new ArrayList<>();
    for (int layer = 0; layer < table.config().layerCount(); layer++) {
      blocks.add(
          new Block(
              norm(set, table.layer(layer, ParameterTable.Layer.NORM_1_SCALE)),
              new Attention.Gradient(
                  new Linear.Gradient(set.queryKeyValue(layer), set.queryKeyValueBias(layer)),
                  linear(set, table.layer(layer, ParameterTable.Layer.ATTENTION_OUTPUT))),
              norm(set, table.layer(layer, ParameterTable.Layer.NORM_2_SCALE)),
              new FeedForward.Gradient(
                  linear(set, table.layer(layer, ParameterTable.Layer.FEED_FORWARD_IN)),
                  linear(set, table.layer(layer, ParameterTable.Layer.FEED_FORWARD_OUT)))));
    }
    Tensor tokens = set.tensor(ParameterTable.TOKEN_EMBEDDING);
    return new NetworkGradient(
        new Embedding(tokens, set.tensor(ParameterTable.POSITION_EMBEDDING)), List.copyOf(blocks), norm(set, table.finalNorm()));
  }

  /** Clears what a backward pass only adds to: all but the gradients of matrix multiplies. */
  void clearSums() {
    embedding.positions().clear();
    clear(finalNorm);
    for (Block block : blocks) {
      clear(block.norm1);
      clear(block.norm2);
    }
  }

  private static void clear(LayerNorm.Gradient gradient) {
    gradient.scale().clear();
    gradient.shift().clear();
  }

  private static LayerNorm.Gradient norm(ParameterSet set, int scale) {
    return new LayerNorm.Gradient(set.tensor(scale), set.tensor(scale + 1));
  }

  private static Linear.Gradient linear(ParameterSet set, int weight) {
    return new Linear.Gradient(set.tensor(weight), set.tensor(weight + 1));
  }
}
