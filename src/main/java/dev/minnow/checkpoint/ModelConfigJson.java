package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The {@code config.json} of a Hugging Face model, whose {@code model_type} says what the other keys are. */
final class ModelConfigJson {
  /** Minnow's own: the layers in a row whose tensors, all written out, are one. */
  static final String SHARED_LAYERS = "minnow_share_layers";

  private static final String TYPE = "model_type";
  private static final String BEGINNING = "bos_token_id";
  private static final String END = "eos_token_id";
  private static final String QWEN3 = "qwen3";

  /** Of models that no class of transformers reads. */
  private static final String MINNOW = "minnow";

  private ModelConfigJson() {}

  /**
   * Reads a configuration.
   *
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(JsonFile json) {
    JsonNode type = json.value(TYPE);
    ModelConfig config = switch (type == null ? "" : type.asText()) {
      case "gpt2" -> GptTwoConfigJson.read(json, HuggingFaceNames.GPT2);
      case MINNOW -> GptTwoConfigJson.read(json, HuggingFaceNames.MINNOW).withQueryKeyNorm(true);
      case "llama" -> LlamaConfigJson.read(json);
      case QWEN3 -> LlamaConfigJson.readQwen3(json);
      default -> throw json.wrong(TYPE, "must be \"gpt2\", \"llama\" or \"qwen3\" to be opened here");
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
    json.put(TYPE, config.queryKeyNorm() ? architecture == Architecture.GPT2 ? MINNOW : QWEN3 : architecture.toString());
    json.putArray("architectures").add(HuggingFaceNames.of(config).className());
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

  /**
   * Adds the ids of the tokens that begin and end a text. Where the keys are absent, transformers takes ids of its own, for GPT-2 50256.
   */
  private static void putEnds(ObjectNode json, Optional<Tokenizer> tokenizer) {
    put(json, BEGINNING, tokenizer.map(Tokenizer::beginningOfText).orElse(OptionalInt.empty()));
    int[] ends = tokenizer.map(Tokenizer::ends).orElse(new int[0]);
    if (ends.length > 1) {
      ArrayNode list = json.putArray(END);
      IntStream.of(ends).forEach(list::add);
    } else {
      put(json, END, IntStream.of(ends).findFirst());
    }
  }

  /** The same for generating: a text without a prompt begins after the first of these tokens. */
  static void putGeneration(ObjectNode json, Optional<Tokenizer> tokenizer) {
    putEnds(json, tokenizer);
    tokenizer.map(Tokenizer::start).filter(start -> start.length == 1).ifPresent(start -> json.put(BEGINNING, start[0]));
  }

  /** The id of the token that a text without a prompt begins after, as {@link #ends}. */
  static Optional<Integer> beginning(JsonFile json) {
    JsonNode beginning = json.value(BEGINNING);
    if (beginning == null) {
      return Optional.empty();
    }
    if (!beginning.isInt()) {
      throw json.wrong(BEGINNING, "must be the id of a token");
    }
    return Optional.of(beginning.intValue());
  }

  /** The ids of tokens that end a text, of a {@code config.json} or {@code generation_config.json}; nothing where it does not say. */
  static Optional<int[]> ends(JsonFile json) {
    JsonNode ends = json.value(END);
    if (ends == null) {
      return Optional.empty();
    }
    List<JsonNode> ids = ends.isArray() ? ends.valueStream().toList() : List.of(ends);
    if (ids.stream().anyMatch(id -> !id.isInt())) {
      throw json.wrong(END, "must be the id of a token or a list of ids");
    }
    return Optional.of(ids.stream().mapToInt(JsonNode::intValue).toArray());
  }

  private static void put(ObjectNode json, String key, OptionalInt token) {
    if (token.isPresent()) {
      json.put(key, token.getAsInt());
    } else {
      json.putNull(key);
    }
  }
}
