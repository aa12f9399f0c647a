package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import java.util.OptionalInt;

/** The {@code config.json} of a Hugging Face model, whose {@code model_type} says what the other keys are. */
final class ModelConfigJson {
  private static final String TYPE = "model_type";

  private ModelConfigJson() {}

  /**
   * Reads a configuration.
   *
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(JsonFile json) {
    JsonNode type = json.value(TYPE);
    return switch (type == null ? "" : type.asText()) {
      case "gpt2" -> GptTwoConfigJson.read(json);
      case "llama" -> LlamaConfigJson.read(json);
      default -> throw json.wrong(TYPE, "must be \"gpt2\" or \"llama\" to be opened here");
    };
  }

  /** The configuration under Hugging Face's keys; {@code endOfText} is empty where the vocabulary has no such token. */
  static ObjectNode write(ModelConfig config, OptionalInt endOfText) {
    Architecture architecture = config.architecture();
    ObjectNode json = JsonFile.newObject();
    json.put(TYPE, architecture.toString());
    json.putArray("architectures").add(HuggingFaceNames.of(architecture).className());
    switch (architecture) {
      case GPT2 -> GptTwoConfigJson.write(config, json);
      case LLAMA -> LlamaConfigJson.write(config, json);
    }
    putEndOfText(json, endOfText);
    json.put("torch_dtype", "float32");
    return json;
  }

  /** Where the keys are absent, transformers takes ids of its own, for GPT-2 50256. */
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
