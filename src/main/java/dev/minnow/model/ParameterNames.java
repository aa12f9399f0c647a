package dev.minnow.model;

import dev.minnow.model.ParameterTable.Layer;
import java.util.Map;

/**
 * The names that the parameters of an architecture have in Hugging Face's checkpoints. GPT-2's are without their prefix, and its query, key
 * and value, which are one tensor there, have names of their own, as have norms of its queries and keys, which none has there.
 *
 * @param tokenEmbedding of the token embedding
 * @param positionEmbedding of the learned position embedding
 * @param layers before the number of a layer
 * @param places of a layer's parameters, behind its number
 * @param finalNorm of the final norm's parameters, without their last parts
 */
record ParameterNames(
    String tokenEmbedding, String positionEmbedding, String layers, Map<Layer, String> places, String finalNorm) {
  private static final ParameterNames GPT2 =
      new ParameterNames(
          "wte.weight",
          "wpe.weight",
          "h.",
          Map.ofEntries(
              Map.entry(Layer.NORM_1_SCALE, "ln_1.weight"),
              Map.entry(Layer.NORM_1_SHIFT, "ln_1.bias"),
              Map.entry(Layer.QUERY, "attn.query.weight"),
              Map.entry(Layer.KEY, "attn.key.weight"),
              Map.entry(Layer.VALUE, "attn.value.weight"),
              Map.entry(Layer.QUERY_BIAS, "attn.query.bias"),
              Map.entry(Layer.KEY_BIAS, "attn.key.bias"),
              Map.entry(Layer.VALUE_BIAS, "attn.value.bias"),
              Map.entry(Layer.QUERY_NORM_SCALE, "attn.q_norm.weight"),
              Map.entry(Layer.KEY_NORM_SCALE, "attn.k_norm.weight"),
              Map.entry(Layer.ATTENTION_OUTPUT, "attn.c_proj.weight"),
              Map.entry(Layer.ATTENTION_OUTPUT_BIAS, "attn.c_proj.bias"),
              Map.entry(Layer.NORM_2_SCALE, "ln_2.weight"),
              Map.entry(Layer.NORM_2_SHIFT, "ln_2.bias"),
              Map.entry(Layer.FEED_FORWARD_IN, "mlp.c_fc.weight"),
              Map.entry(Layer.FEED_FORWARD_IN_BIAS, "mlp.c_fc.bias"),
              Map.entry(Layer.FEED_FORWARD_OUT, "mlp.c_proj.weight"),
              Map.entry(Layer.FEED_FORWARD_OUT_BIAS, "mlp.c_proj.bias")),
          "ln_f");

  private static final ParameterNames LLAMA =
      new ParameterNames(
          "model.embed_tokens.weight",
          "",
          "model.layers.",
          Map.ofEntries(
              Map.entry(Layer.NORM_1_SCALE, "input_layernorm.weight"),
              Map.entry(Layer.QUERY, "self_attn.q_proj.weight"),
              Map.entry(Layer.KEY, "self_attn.k_proj.weight"),
              Map.entry(Layer.VALUE, "self_attn.v_proj.weight"),
              Map.entry(Layer.QUERY_NORM_SCALE, "self_attn.q_norm.weight"),
              Map.entry(Layer.KEY_NORM_SCALE, "self_attn.k_norm.weight"),
              Map.entry(Layer.ATTENTION_OUTPUT, "self_attn.o_proj.weight"),
              Map.entry(Layer.NORM_2_SCALE, "post_attention_layernorm.weight"),
              Map.entry(Layer.FEED_FORWARD_GATE, "mlp.gate_proj.weight"),
              Map.entry(Layer.FEED_FORWARD_IN, "mlp.up_proj.weight"),
              Map.entry(Layer.FEED_FORWARD_OUT, "mlp.down_proj.weight")),
          "model.norm");

  static ParameterNames of(Architecture architecture) {
    return switch (architecture) {
      case GPT2 -> GPT2;
      case LLAMA -> LLAMA;
    };
  }

  /** The name of a layer's parameter in a place that the architecture has. */
  String layer(int layer, Layer place) {
    return layers + layer + "." + places.get(place);
  }
}
