package dev.minnow.model;

import dev.minnow.memory.Tensor;
import dev.minnow.model.ParameterTable.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where each layer's gradients go in a set of gradients.
 *
 * @param embedding token and position embeddings; a tied head adds to the tokens' too
 * @param blocks L transformer layers, the same for those that share parameters
 * @param finalNorm before the head
 * @param head (V, C); the tokens' where it is tied
 */
record NetworkGradient(Embedding embedding, List<Block> blocks, Norm.Gradient finalNorm, Tensor head) {
  /** One transformer layer. */
  record Block(Norm.Gradient norm1, Attention.Gradient attention, Norm.Gradient norm2, FeedForward.Gradient feedForward) {}

  static NetworkGradient bind(ParameterSet set) {
    ParameterTable table = set.table();
    List<Block> blocks = new ArrayList<>();
    int shared = table.config().sharedLayers();
    for (int layer = 0; layer < table.config().layerCount(); layer += shared) {
      Block block =
          new Block(
              new Norm.Gradient(set.layer(layer, Layer.NORM_1_SCALE), set.layerOrNull(layer, Layer.NORM_1_SHIFT)),
              new Attention.Gradient(
                  new Linear.Gradient(set.queryKeyValue(layer), set.queryKeyValueBias(layer)),
                  new Linear.Gradient(
                      set.layer(layer, Layer.ATTENTION_OUTPUT), set.layerOrNull(layer, Layer.ATTENTION_OUTPUT_BIAS))),
              new Norm.Gradient(set.layer(layer, Layer.NORM_2_SCALE), set.layerOrNull(layer, Layer.NORM_2_SHIFT)),
              new FeedForward.Gradient(
                  new Linear.Gradient(set.feedForwardIn(layer), set.layerOrNull(layer, Layer.FEED_FORWARD_IN_BIAS)),
                  new Linear.Gradient(
                      set.layer(layer, Layer.FEED_FORWARD_OUT), set.layerOrNull(layer, Layer.FEED_FORWARD_OUT_BIAS))));
      blocks.addAll(Collections.nCopies(shared, block));
    }
    return new NetworkGradient(
        new Embedding(set.tensor(ParameterTable.TOKEN_EMBEDDING), set.tensorOrNull(table.positionEmbedding())),
        List.copyOf(blocks),
        new Norm.Gradient(set.tensor(table.finalNormScale()), set.tensorOrNull(table.finalNormShift())),
        set.tensor(table.head()));
  }

  /** Clears what a backward pass only adds to: all but the gradients of matrix multiplies. */
  void clearSums() {
    if (embedding.positions() != null) {
      embedding.positions().clear();
    }
    if (head != embedding.tokens()) {
      embedding.tokens().clear();
    }
    finalNorm.clear();
    for (Block block : blocks) {
      block.norm1.clear();
      block.norm2.clear();
    }
  }
}
