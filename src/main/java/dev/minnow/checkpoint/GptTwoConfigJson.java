package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.ModelConfig;
import java.util.Set;

/**
 * The {@code config.json} of transformers' {@code GPT2LMHeadModel}. Keys that change what the model computes must have values that
 * Minnow honours; keys that transformers does not look at for this class are not looked at here.
 */
final class GptTwoConfigJson {
  /** Names of one function, GELU in its tanh form. */
  private static final Set<String> TANH_GELU =
      Set.of("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate");

  private static final String ACTIVATION = "activation_function";
  private static final String SQUARED_RELU = "relu2";

  private GptTwoConfigJson() {}

  /**
   * Reads a configuration.
   *
   * @param names of the class that it must be for
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(JsonFile json, HuggingFaceNames names) {
    requireSupported(json, names);
    boolean tiedHead = json.flag("tie_word_embeddings", true);
    int width = count(json, "n_embd", "hidden_size");
    // "n_ctx" is what the first releases wrote.
    String context = json.value("n_positions") == null && json.value("n_ctx") != null ? "n_ctx" : "n_positions";
    int contextLength = count(json, context, "max_position_embeddings");
    int vocabularySize = json.count("vocab_size");
    int layerCount = count(json, "n_layer", "num_hidden_layers");
    int headCount = count(json, "n_head", "num_attention_heads");
    if (json.value("n_inner") == null && width > Integer.MAX_VALUE / 4) {
      throw json.wrong("n_embd", "must be at most " + Integer.MAX_VALUE / 4);
    }
    int feedForwardWidth = json.value("n_inner") == null ? 4 * width : json.count("n_inner");
    double epsilon = json.number("layer_norm_epsilon", ModelConfig.DEFAULT_NORM_EPSILON);
    try {
      return ModelConfig.gpt2(vocabularySize, contextLength, width, layerCount, headCount, feedForwardWidth, (float) epsilon)
          .withTiedHead(tiedHead)
          .withActivation(activation(json));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(json.path() + " describes no model: " + e.getMessage(), e);
    }
  }

  /** A number that transformers reads under the names of other classes too. */
  private static int count(JsonFile json, String key, String alias) {
    if (json.value(alias) == null) {
      return json.count(key);
    }
    int count = json.count(alias);
    if (json.value(key) != null && json.count(key) != count) {
      throw json.wrong(alias, "must be absent or say the same as \"" + key + "\"");
    }
    return count;
  }

  private static ModelConfig.Activation activation(JsonFile json) {
    JsonNode name = json.value(ACTIVATION);
    if (name == null || TANH_GELU.contains(name.asText())) {
      return ModelConfig.Activation.GELU;
    }
    if (name.asText().equals(SQUARED_RELU)) {
      return ModelConfig.Activation.RELU2;
    }
    throw json.wrong(ACTIVATION, "must be \"relu2\" or a name of GELU in its tanh form, such as \"gelu_new\", to be opened here");
  }

  private static void requireSupported(JsonFile json, HuggingFaceNames names) {
    json.requireListed("architectures", names.className());
    json.requireFlag("scale_attn_weights", true);
    json.requireFlag("scale_attn_by_inverse_layer_idx", false);
    json.requireFlag("add_cross_attention", false);
    json.requireFlag("is_encoder_decoder", false);
    json.requireFlag("is_causal", true);
    json.requireEmpty("pruned_heads");
    json.requireEmpty("quantization_config");
    json.requireEmpty("auto_map");
  }

  /** Adds the configuration under Hugging Face's keys. */
  static void write(ModelConfig config, ObjectNode json) {
    json.put("vocab_size", config.vocabularySize());
    json.put("n_positions", config.contextLength());
    json.put("n_embd", config.width());
    json.put("n_layer", config.layerCount());
    json.put("n_head", config.headCount());
    json.put("n_inner", config.feedForwardWidth());
    json.put(ACTIVATION, config.activation() == ModelConfig.Activation.RELU2 ? SQUARED_RELU : "gelu_new");
    json.put("layer_norm_epsilon", config.normEpsilon());
    json.put("resid_pdrop", 0.0);
    json.put("embd_pdrop", 0.0);
    json.put("attn_pdrop", 0.0);
    json.put("initializer_range", 0.02);
    json.put("tie_word_embeddings", config.tiedHead());
  }
}
