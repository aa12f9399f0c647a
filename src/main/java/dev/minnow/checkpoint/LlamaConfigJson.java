package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} of transformers' {@code LlamaForCausalLM}, and of {@code Qwen3ForCausalLM}, whose keys mean the same. Keys that
 * change what the model computes must have values that Minnow honours. Rotary positions are described by {@code rope_theta} and
 * {@code rope_scaling}, or, from release 5 of transformers on, by {@code rope_parameters} alone.
 */
final class LlamaConfigJson {
  /** Names of one function. */
  private static final Set<String> SILU = Set.of("silu", "swish");

  private static final String PARAMETERS = "rope_parameters";
  private static final String SCALING = "rope_scaling";
  private static final String THETA = "rope_theta";
  private static final String ORIGINAL_CONTEXT = "original_max_position_embeddings";
  private static final String FULL_ATTENTION = "full_attention";

  /** What transformers takes where the keys are absent. */
  private static final int DEFAULT_CONTEXT_LENGTH = 2048;

  private static final double DEFAULT_EPSILON = 1e-6;

  private LlamaConfigJson() {}

  /**
   * Reads a configuration.
   *
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(JsonFile json) {
    return read(json, HuggingFaceNames.LLAMA);
  }

  /**
   * Reads a configuration of Qwen3, which must say what transformers takes for other numbers than Llama's where it is absent.
   *
   * @throws CheckpointException as {@link #read}
   */
  static ModelConfig readQwen3(JsonFile json) {
    for (String key : new String[] {"head_dim", "num_key_value_heads", "max_position_embeddings"}) {
      json.count(key);
    }
    JsonNode kinds = json.value("layer_types");
    if (kinds == null) {
      json.requireFlag("use_sliding_window", false);
    } else {
      for (JsonNode kind : kinds) {
        if (!kind.asText().equals(FULL_ATTENTION)) {
          throw json.wrong("layer_types", "must have \"" + FULL_ATTENTION + "\" alone to be opened here");
        }
      }
    }
    return read(json, HuggingFaceNames.QWEN3).withQueryKeyNorm(true);
  }

  private static ModelConfig read(JsonFile json, HuggingFaceNames names) {
    requireSupported(json, names);
    int width = json.count("hidden_size");
    int headCount = json.count("num_attention_heads");
    int keyValueHeadCount = json.value("num_key_value_heads") == null ? headCount : json.count("num_key_value_heads");
    if (json.value("head_dim") == null && width % headCount != 0) {
      throw json.wrong("hidden_size", "must be a multiple of num_attention_heads, " + headCount + ", where there is no head_dim");
    }
    int headWidth = json.value("head_dim") == null ? width / headCount : json.count("head_dim");
    int contextLength =
        json.value("max_position_embeddings") == null ? DEFAULT_CONTEXT_LENGTH : json.count("max_position_embeddings");
    try {
      return new ModelConfig(
          json.count("vocab_size"),
          contextLength,
          width,
          json.count("num_hidden_layers"),
          headCount,
          keyValueHeadCount,
          headWidth,
          json.count("intermediate_size"),
          ModelConfig.NormKind.RMS_NORM,
          (float) json.number("rms_norm_eps", DEFAULT_EPSILON),
          positions(json, contextLength),
          ModelConfig.Activation.SWIGLU,
          false,
          json.flag("tie_word_embeddings", false));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(json.path() + " describes no model: " + e.getMessage(), e);
    }
  }

  private static void requireSupported(JsonFile json, HuggingFaceNames names) {
    json.requireListed("architectures", names.className());
    JsonNode activation = json.value("hidden_act");
    if (activation != null && !SILU.contains(activation.asText())) {
      throw json.wrong("hidden_act", "must be \"silu\" to be opened here");
    }
    json.requireFlag("attention_bias", false);
    json.requireFlag("mlp_bias", false);
    json.requireFlag("rope_interleaved", false);
    json.requireFlag("is_causal", true);
    requireWhole(json);
    json.requireEmpty("pruned_heads");
    json.requireEmpty("quantization_config");
    json.requireEmpty("auto_map");
  }

  /** Only part of each head is rotated in some models. */
  private static void requireWhole(JsonFile json) {
    if (json.number("partial_rotary_factor", 1) != 1) {
      throw json.wrong("partial_rotary_factor", "must be 1 to be opened here");
    }
  }

  private static Positions positions(JsonFile json, int contextLength) {
    if (json.value(PARAMETERS) != null) {
      if (json.value(SCALING) != null && !json.value(SCALING).equals(json.value(PARAMETERS))) {
        throw json.wrong(SCALING, "must be absent or say the same beside \"" + PARAMETERS + "\"");
      }
      JsonFile parameters = json.inner(PARAMETERS);
      requireWhole(parameters);
      double theta = json.number(THETA, Positions.Rotary.DEFAULT_THETA);
      return new Positions.Rotary(parameters.number(THETA, theta), scaling(parameters, originalContext(json, parameters, contextLength)));
    }
    double theta = json.number(THETA, Positions.Rotary.DEFAULT_THETA);
    if (json.value(SCALING) == null) {
      return new Positions.Rotary(theta, new RotaryScaling.None());
    }
    JsonFile scaling = json.inner(SCALING);
    requireWhole(scaling);
    double inner = scaling.number(THETA, theta);
    if (inner != theta && json.value(THETA) != null) {
      throw scaling.wrong(THETA, "must be absent or say the same as the one outside of it, " + theta);
    }
    return new Positions.Rotary(inner, scaling(scaling, originalContext(json, scaling, contextLength)));
  }

  /** The context that a model had before its positions were scaled; what stands outside goes before what stands beside the scaling. */
  private static int originalContext(JsonFile json, JsonFile inner, int contextLength) {
    if (json.value(ORIGINAL_CONTEXT) != null) {
      return json.count(ORIGINAL_CONTEXT);
    }
    return inner.value(ORIGINAL_CONTEXT) != null ? inner.count(ORIGINAL_CONTEXT) : contextLength;
  }

  /** @param originalContext of a scaling that asks for it */
  private static RotaryScaling scaling(JsonFile json, int originalContext) {
    // Some classes have other positions for each kind of layer.
    for (Map.Entry<String, JsonNode> parameter : json.properties()) {
      if (parameter.getValue().isObject()) {
        throw json.wrong(parameter.getKey(), "must be a number or a name to be opened here");
      }
    }
    // "type" is what the first releases wrote.
    String key = json.value("rope_type") == null && json.value("type") != null ? "type" : "rope_type";
    @Nullable JsonNode type = json.value(key);
    return switch (type == null ? "default" : type.asText()) {
      case "default" -> new RotaryScaling.None();
      case "linear" -> new RotaryScaling.Linear(required(json, "factor"));
      case "llama3" ->
        new RotaryScaling.Llama3(
            required(json, "factor"),
            required(json, "low_freq_factor"),
            required(json, "high_freq_factor"),
            originalContext);
      default -> throw json.wrong(key, "must be \"default\", \"linear\" or \"llama3\" to be opened here");
    };
  }

  private static double required(JsonFile json, String key) {
    if (json.value(key) == null) {
      throw json.wrong(key, "must be a number");
    }
    return json.number(key, 0);
  }

  /** Adds the configuration under Hugging Face's keys. */
  static void write(ModelConfig config, ObjectNode json) {
    json.put("vocab_size", config.vocabularySize());
    json.put("max_position_embeddings", config.contextLength());
    json.put("hidden_size", config.width());
    json.put("num_hidden_layers", config.layerCount());
    json.put("num_attention_heads", config.headCount());
    json.put("num_key_value_heads", config.keyValueHeadCount());
    json.put("head_dim", config.headWidth());
    json.put("intermediate_size", config.feedForwardWidth());
    json.put("hidden_act", "silu");
    json.put("rms_norm_eps", config.normEpsilon());
    if (config.positions() instanceof Positions.Rotary rotary) {
      json.put(THETA, rotary.theta());
      write(rotary.scaling(), json);
    }
    json.put("attention_bias", false);
    json.put("attention_dropout", 0.0);
    if (config.queryKeyNorm()) {
      json.put("use_sliding_window", false);
    } else {
      json.put("mlp_bias", false);
    }
    json.put("initializer_range", 0.02);
    json.put("tie_word_embeddings", config.tiedHead());
  }

  private static void write(RotaryScaling scaling, ObjectNode json) {
    switch (scaling) {
      case RotaryScaling.None none -> json.putNull(SCALING);
      case RotaryScaling.Linear linear -> json.putObject(SCALING).put("rope_type", "linear").put("factor", linear.factor());
      case RotaryScaling.Llama3 llama ->
        json.putObject(SCALING)
            .put("rope_type", "llama3")
            .put("factor", llama.factor())
            .put("low_freq_factor", llama.lowFrequencyFactor())
            .put("high_freq_factor", llama.highFrequencyFactor())
            .put(ORIGINAL_CONTEXT, llama.originalContext());
    }
  }
}
