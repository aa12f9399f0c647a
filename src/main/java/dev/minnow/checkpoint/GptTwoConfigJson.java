package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.ModelConfig;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The {@code config.json} of transformers' {@code GPT2LMHeadModel}. Keys that change what the model computes must have values that
 * Minnow honours; keys that transformers does not look at for this class are not looked at here.
 */
final class GptTwoConfigJson {
  private static final String CLASS = "GPT2LMHeadModel";

  /** Names of one function, GELU in its tanh form. */
  private static final Set<String> TANH_GELU = Set.of("gelu_new", "gelu_pytorch_tanh");

  private GptTwoConfigJson() {}

  /**
   * Reads a configuration.
   *
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(JsonFile json) {
    requireClass(json);
    requireSupported(json);
    int width = json.count("n_embd");
    // "n_ctx" is what the first releases wrote.
    int contextLength = json.count(json.value("n_positions") == null && json.value("n_ctx") != null ? "n_ctx" : "n_positions");
    int vocabularySize = json.count("vocab_size");
    int layerCount = json.count("n_layer");
    int headCount = json.count("n_head");
    if (json.value("n_inner") == null && width > Integer.MAX_VALUE / 4) {
      throw json.wrong("n_embd", "must be at most " + Integer.MAX_VALUE / 4);
    }
    int feedForwardWidth = json.value("n_inner") == null ? 4 * width : json.count("n_inner");
    double epsilon = json.number("layer_norm_epsilon", ModelConfig.DEFAULT_NORM_EPSILON);
    try {
      return ModelConfig.gpt2(
          vocabularySize, contextLength, width, layerCount, headCount, feedForwardWidth, (float) epsilon);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(json.path() + " describes no model: " + e.getMessage(), e);
    }
  }

  private static void requireClass(JsonFile json) {
    JsonNode type = json.value("model_type");
    if (type == null || !type.asText().equals("gpt2")) {
      throw json.wrong("model_type", "must be \"gpt2\" to be opened here");
    }
    JsonNode architectures = json.value("architectures");
    if (architectures == null) {
      return;
    }
    for (JsonNode architecture : architectures) {
      if (architecture.asText().equals(CLASS)) {
        return;
      }
    }
    throw json.wrong("architectures", "must name " + CLASS + " to be opened here");
  }

  private static void requireSupported(JsonFile json) {
    JsonNode activation = json.value("activation_function");
    if (activation != null && !TANH_GELU.contains(activation.asText())) {
      throw json.wrong("activation_function", "must be \"gelu_new\" to be opened here");
    }
    requireFlag(json, "tie_word_embeddings", true);
    requireFlag(json, "scale_attn_weights", true);
    requireFlag(json, "scale_attn_by_inverse_layer_idx", false);
    requireFlag(json, "add_cross_attention", false);
    requireFlag(json, "is_encoder_decoder", false);
    requireEmpty(json, "pruned_heads");
    requireEmpty(json, "quantization_config");
    requireEmpty(json, "auto_map");
  }

  /** The supported value of a flag is also what transformers takes it to be where the key is absent. */
  private static void requireFlag(JsonFile json, String key, boolean supported) {
    if (json.flag(key, supported) != supported) {
      throw json.wrong(key, "must be " + supported + " to be opened here");
    }
  }

  private static void requireEmpty(JsonFile json, String key) {
    JsonNode node = json.value(key);
    if (node != null && !node.isEmpty()) {
      throw json.wrong(key, "must be absent to be opened here");
    }
  }

  /** The configuration under Hugging Face's keys; {@code endOfText} is empty where the vocabulary has no such token. */
  static ObjectNode write(ModelConfig config, OptionalInt endOfText) {
    ObjectNode json = JsonFile.newObject();
    json.put("model_type", "gpt2");
    json.putArray("architectures").add(CLASS);
    json.put("vocab_size", config.vocabularySize());
    json.put("n_positions", config.contextLength());
    json.put("n_embd", config.width());
    json.put("n_layer", config.layerCount());
    json.put("n_head", config.headCount());
    json.put("n_inner", config.feedForwardWidth());
    json.put("activation_function", "gelu_new");
    json.put("layer_norm_epsilon", config.normEpsilon());
    json.put("resid_pdrop", 0.0);
    json.put("embd_pdrop", 0.0);
    json.put("attn_pdrop", 0.0);
    json.put("initializer_range", 0.02);
    json.put("tie_word_embeddings", true);
    putEndOfText(json, endOfText);
    json.put("torch_dtype", "float32");
    return json;
  }

  /** Where the keys are absent, transformers takes both ids to be 50256. */
  static void putEndOfText(ObjectNode json, OptionalInt endOfText) {
    for (String key : new String[] {"bos_token_id", "eos_token_id"}) {
      if (endOfText.isPresent()) {
        json.put(key, endOfText.getAsInt());
      } else {
        json.putNull(key);
      }
    }
  }
}
