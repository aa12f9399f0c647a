package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models with pieces that only some of their architecture have. */
class PiecesFolderTest {
  @TempDir
  private Path temporary;

  private Path export(ModelConfig config, ModelExport.Format format) {
    Path out = temporary.resolve(format.name());
    try (LoadedModel model = ModelSamples.random(config)) {
      new ModelExport(format, ExportType.F32, out, true).write(model);
    }
    return out;
  }

  private JsonNode requireReadsBack(ModelConfig config) throws IOException {
    Path folder = export(config, ModelExport.Format.HF);
    try (LoadedModel expected = ModelSamples.random(config); LoadedModel found = ModelFiles.load(folder)) {
      assertEquals(config, found.config());
      expected.parameters()
          .byName()
          .forEach(
              (name, tensor) -> assertArrayEquals(tensor.toFloats(), found.parameters().byName().get(name).toFloats(), name));
    }
    return ChangedGoldenFolder.JSON.readTree(folder.resolve("config.json").toFile());
  }

  private void requireNotExported(ModelConfig config, ModelExport.Format format, String... words) throws IOException {
    String message = assertThrows(CheckpointException.class, () -> export(config, format)).getMessage();
    List.of(words).forEach(word -> assertTrue(message.contains(word), message));
    try (var left = Files.list(temporary)) {
      assertEquals(List.of(), left.filter(path -> !path.endsWith("HF")).toList());
    }
  }

  @Test
  void squaredReluIsTheActivationThatTransformersCallsSo() throws IOException {
    ModelConfig config = ModelSamples.GPT2.withActivation(ModelConfig.Activation.RELU2);
    JsonNode json = requireReadsBack(config);
    assertEquals("gpt2", json.get("model_type").textValue());
    assertEquals("relu2", json.get("activation_function").textValue());
    requireNotExported(config, ModelExport.Format.GGUF, "relu2", "GGUF");
  }

  @Test
  void aLlamaWithNormsOfQueriesAndKeysIsAQwen3() throws IOException {
    for (ModelConfig model : List.of(ModelSamples.LLAMA, ModelSamples.LLAMA.withSharedLayers(2).withTiedHead(true))) {
      ModelConfig config = model.withQueryKeyNorm(true);
      JsonNode json = requireReadsBack(config);
      assertEquals("qwen3", json.get("model_type").textValue());
      assertEquals("Qwen3ForCausalLM", json.get("architectures").get(0).textValue());
      assertEquals(8, json.get("head_dim").intValue());
      requireNotExported(config, ModelExport.Format.GGUF, "qk-norm", "--to hf");
    }
    try (SafetensorsFile file = SafetensorsFile.open(temporary.resolve("HF").resolve("model.safetensors"))) {
      assertEquals(List.of(8L), file.entries().get("model.layers.1.self_attn.q_norm.weight").shape());
      assertEquals(List.of(8L), file.entries().get("model.layers.0.self_attn.k_norm.weight").shape());
      assertEquals(1 + 2 * 11 + 1, file.entries().size());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      use_sliding_window      | true
      layer_types             | ["full_attention","sliding_attention"]
      attention_bias          | true
      head_dim                | null
      num_key_value_heads     | null
      max_position_embeddings | null
      architectures           | ["LlamaForCausalLM"]
      """)
  void namesAKeyOfAQwen3ThatItCannotHonour(String key, String value) throws IOException {
    Path folder = export(ModelSamples.LLAMA.withQueryKeyNorm(true), ModelExport.Format.HF);
    ObjectNode json = (ObjectNode) ChangedGoldenFolder.JSON.readTree(folder.resolve("config.json").toFile());
    json.set(key, ChangedGoldenFolder.JSON.readTree(value));
    Files.write(folder.resolve("config.json"), JsonFile.bytes(json));
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(folder)).getMessage();
    assertTrue(message.contains("config.json: \"" + key + "\" must "), message);
  }

  @Test
  void readsAQwen3AsTransformersWritesIt() throws IOException {
    ModelConfig config = ModelSamples.LLAMA.withQueryKeyNorm(true);
    Path folder = export(config, ModelExport.Format.HF);
    ObjectNode json = (ObjectNode) ChangedGoldenFolder.JSON.readTree(folder.resolve("config.json").toFile());
    // No layer slides, whatever else is said.
    json.put("use_sliding_window", true)
        .put("sliding_window", 8)
        .put("max_window_layers", 28)
        .putArray("layer_types")
        .add("full_attention")
        .add("full_attention");
    Files.write(folder.resolve("config.json"), JsonFile.bytes(json));
    assertEquals(config, HuggingFaceFolder.readConfig(folder.resolve("config.json")));
  }

  @Test
  void aGpt2WithNormsOfQueriesAndKeysIsMinnowsOwn() throws IOException {
    ModelConfig config = ModelSamples.GPT2.withQueryKeyNorm(true).withActivation(ModelConfig.Activation.RELU2);
    requireNotExported(config, ModelExport.Format.HF, "qk-norm", "Hugging Face");
    requireNotExported(config, ModelExport.Format.GGUF, "qk-norm", "GGUF");
    try (LoadedModel model = ModelSamples.random(config)) {
      HuggingFaceFolder.write(temporary, model, FileOperations.SYSTEM);
      try (LoadedModel found = ModelFiles.load(temporary)) {
        assertEquals(config, found.config());
        model.parameters()
            .byName()
            .forEach(
                (name, tensor) -> assertArrayEquals(tensor.toFloats(), found.parameters().byName().get(name).toFloats(), name));
      }
    }
    JsonNode json = ChangedGoldenFolder.JSON.readTree(temporary.resolve("config.json").toFile());
    assertEquals("minnow", json.get("model_type").textValue());
  }
}
