package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.tokenizer.Tokenizer;
import java.util.Optional;
import java.util.OptionalInt;

/** The {@code config.json} of a Hugging Face model, whose {@code model_type} says what the other keys are. */
final class ModelConfigJson {
  /** Minnow's own: the layers in a row whose tensors, all written out, are one. */
  static final String SHARED_LAYERS = "minnow_share_layers";

  private static final String TYPE = "model_type";

  private ModelConfigJson() {}

  /**
   * Reads a configuration.
   *
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(JsonFile json) {
    JsonNode type = json.value(TYPE);
    ModelConfig config = switch (type == null ? "" : type.asText()) {
      case "gpt2" -> GptTwoConfigJson.read(json);
      case "llama" -> LlamaConfigJson.read(json);
      default -> throw json.wrong(TYPE, "must be \"gpt2\" or \"llama\" to be opened here");
    };
    return json.value(SHARED_LAYERS) == null ? config : sharing(json, config);
  }

  private static ModelConfig sharing(JsonFile json, ModelConfig config) {
    int layers = json.count(SHARED_LAYERS);
    if (config.layerCount() % layers != 0) {
      throw json.wrong(SHARED_LAYERS, "must divide the number of layers, " + config.layerCount());
    }
    return config.withSharedLayers(layers);
  }

  /** The configuration under Hugging Face's keys, of a model with this tokenizer. */
  static ObjectNode write(ModelConfig config, Optional<Tokenizer> tokenizer) {
    Architecture architecture = config.architecture();
    ObjectNode json = JsonFile.newObject();
    json.put(TYPE, architecture.toString());
    json.putArray("architectures").add(HuggingFaceNames.of(architecture).className());
    switch (architecture) {
      case GPT2 -> GptTwoConfigJson.write(config, json);
      case LLAMA -> LlamaConfigJson.write(config, json);
    }
    if (config.sharedLayers() > 1) {
      json.put(SHARED_LAYERS, config.sharedLayers());
    }
    putEnds(json, tokenizer);
    return json;
  }

  /** Adds the ids of the tokens that begin and end a text. Where the keys are absent, transformers takes ids of its own, for GPT-2 50256. */
  static void putEnds(ObjectNode json, Optional<Tokenizer> tokenizer) {
    put(json, "bos_token_id", tokenizer.map(Tokenizer::beginningOfText).orElse(OptionalInt.empty()));
    put(json, "eos_token_id", tokenizer.map(Tokenizer::endOfText).orElse(OptionalInt.empty()));
  }

  private static void put(ObjectNode json, String key, OptionalInt token) {
    if (token.isPresent()) {
      json.put(key, token.getAsInt());
    } else {
      json.putNull(key);
    }
  }
}
