package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A golden folder of {@code LlamaForCausalLM}, with one thing changed at a time. */
class LlamaFolderTest extends ChangedGoldenFolder {
  LlamaFolderTest() {
    super("train-llama");
  }

  private ModelConfig read() {
    return HuggingFaceFolder.readConfig(folder.resolve("config.json"));
  }

  @Test
  void readsTheArchitecture() {
    ModelConfig model = read();
    assertEquals(Architecture.LLAMA, model.architecture());
    assertEquals(2, model.keyValueHeadCount());
    assertEquals(8, model.headWidth());
    assertEquals(88, model.feedForwardWidth());
    assertEquals(1e-5f, model.normEpsilon());
    assertEquals(new Positions.Rotary(10_000, new RotaryScaling.None()), model.positions());
    assertEquals(false, model.tiedHead());
  }

  @Test
  void readsAndWritesEveryTensorAsItIs(@TempDir Path copy) throws IOException {
    try (LoadedModel model = HuggingFaceFolder.load(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      assertEquals(file.entries().keySet(), model.parameters().byName().keySet());
      model.parameters().byName().forEach((name, tensor) -> assertArrayEquals(file.tensor(name).toFloats(), tensor.toFloats(), name));
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
      try (SafetensorsFile after = SafetensorsFile.open(copy.resolve("model.safetensors"))) {
        assertEquals(file.entries().keySet(), after.entries().keySet());
        file.tensors().forEach((name, tensor) -> assertArrayEquals(tensor.toFloats(), after.tensor(name).toFloats(), name));
      }
    }
    assertEquals(read(), HuggingFaceFolder.readConfig(copy.resolve("config.json")));
    JsonNode written = JSON.readTree(copy.resolve("config.json").toFile());
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      assertEquals(entry.getValue(), written.get(entry.getKey()), entry.getKey());
    }
    assertTrue(written.get("eos_token_id").isNull(), "transformers would take 2 where the key is absent");
  }

  @Test
  void readsNamesWithoutThePrefixAndIgnoresFrequencies() throws IOException {
    rewriteWeights(tensors -> {
      Map<String, Tensor> bare = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> bare.put(name.replace("model.", ""), tensor));
      tensors.clear();
      tensors.putAll(bare);
      tensors.put("layers.0.self_attn.rotary_emb.inv_freq", tensor(4));
      tensors.put("rotary_emb.inv_freq", tensor(4));
    });
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(1 + 2 * 9 + 2, model.parameters().byName().size());
    }
  }

  @Test
  void aTiedHeadIsTheTokenEmbeddingAndIsNotWrittenAgain(@TempDir Path copy) throws IOException {
    config.put("tie_word_embeddings", true);
    writeConfig();
    rewriteWeights(tensors -> tensors.remove("lm_head.weight"));
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertTrue(model.config().tiedHead());
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
    }
    try (SafetensorsFile file = SafetensorsFile.open(copy.resolve("model.safetensors"))) {
      assertEquals(1 + 2 * 9 + 1, file.entries().size());
    }
    assertEquals(true, JSON.readTree(copy.resolve("config.json").toFile()).get("tie_word_embeddings").booleanValue());
    config.put("tie_word_embeddings", false);
    writeConfig();
    assertTrue(failure().contains("has no tensor \"lm_head.weight\""));
  }

  @Test
  void headsMayBeOfAnotherWidthThanTheModelsShare(@TempDir Path copy) throws IOException {
    config.put("head_dim", 12);
    writeConfig();
    assertTrue(failure().contains("self_attn.q_proj.weight\" of"));
    rewriteWeights(tensors -> {
      for (int layer = 0; layer < 2; layer++) {
        String attention = "model.layers." + layer + ".self_attn.";
        tensors.put(attention + "q_proj.weight", tensor(48, 32));
        tensors.put(attention + "k_proj.weight", tensor(24, 32));
        tensors.put(attention + "v_proj.weight", tensor(24, 32));
        tensors.put(attention + "o_proj.weight", tensor(32, 48));
      }
    });
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(12, model.config().headWidth());
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
      assertEquals(model.config(), HuggingFaceFolder.readConfig(copy.resolve("config.json")));
    }
  }

  @Test
  void readsTheDefaultsThatTransformersAssumes() throws IOException {
    for (String key : new String[] {"num_key_value_heads", "hidden_act", "rms_norm_eps", "rope_theta", "tie_word_embeddings",
        "architectures"}) {
      config.remove(key);
    }
    config.putNull("rope_scaling").putNull("head_dim").put("pretraining_tp", 1).put("some_key_that_transformers_does_not_look_at", 5);
    writeConfig();
    assertEquals(4, read().keyValueHeadCount());
    assertEquals(1e-6f, read().normEpsilon());
    assertEquals(new Positions.Rotary(10_000, new RotaryScaling.None()), read().positions());
    assertEquals(false, read().tiedHead());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192}
      {"type":"linear","factor":4.0}
      {"rope_type":"default"}
      """)
  void readsAndWritesScaledPositions(String scaling, @TempDir Path copy) throws IOException {
    config.put("rope_theta", 500000.0);
    config.set("rope_scaling", JSON.readTree(scaling));
    writeConfig();
    RotaryScaling expected =
        scaling.contains("llama3") ? new RotaryScaling.Llama3(8, 1, 4, 8192)
            : scaling.contains("linear") ? new RotaryScaling.Linear(4) : new RotaryScaling.None();
    assertEquals(new Positions.Rotary(500_000, expected), read().positions());
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
    }
    assertEquals(read(), HuggingFaceFolder.readConfig(copy.resolve("config.json")));
    config.remove("rope_scaling");
    config.remove("rope_theta");
    config.set("rope_parameters", ((ObjectNode) JSON.readTree(scaling)).put("rope_theta", 500000.0));
    writeConfig();
    assertEquals(new Positions.Rotary(500_000, expected), read().positions());
  }

  /** Transformers asks for it outside first. */
  @ParameterizedTest
  @ValueSource(strings = {"rope_scaling", "rope_parameters"})
  void theContextBeforeScalingIsTheOutermost(String key) throws IOException {
    ObjectNode scaling =
        config.putObject(key).put("rope_type", "llama3").put("factor", 8.0).put("low_freq_factor", 1.0).put("high_freq_factor", 4.0);
    writeConfig();
    RotaryScaling own = new RotaryScaling.Llama3(8, 1, 4, read().contextLength());
    assertEquals(own, assertInstanceOf(Positions.Rotary.class, read().positions()).scaling());
    scaling.put("original_max_position_embeddings", 8192);
    config.put("original_max_position_embeddings", 12);
    writeConfig();
    assertEquals(new RotaryScaling.Llama3(8, 1, 4, 12), assertInstanceOf(Positions.Rotary.class, read().positions()).scaling());
  }

  @Test
  void aThetaAmongTheScalingCountsWhereThereIsNoOther() throws IOException {
    config.remove("rope_theta");
    config.set("rope_scaling", JSON.readTree("{\"rope_type\":\"linear\",\"factor\":2.0,\"rope_theta\":77.0}"));
    writeConfig();
    assertEquals(new Positions.Rotary(77, new RotaryScaling.Linear(2)), read().positions());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      model_type              | "mistral"                                  | model_type
      architectures           | ["LlamaForSequenceClassification"]         | architectures
      hidden_act              | "gelu"                                     | hidden_act
      attention_bias          | true                                       | attention_bias
      mlp_bias                | true                                       | mlp_bias
      quantization_config     | {"bits":4}                                 | quantization_config
      auto_map                | {"AutoModel":"modeling.Own"}               | auto_map
      partial_rotary_factor   | 0.5                                        | partial_rotary_factor
      rope_interleaved        | true                                       | rope_interleaved
      is_causal               | false                                      | is_causal
      rope_scaling            | {"rope_type":"yarn","factor":4.0}          | rope_type
      rope_scaling            | {"type":"dynamic","factor":4.0}            | type
      rope_scaling            | {"rope_type":"linear"}                     | factor
      rope_scaling            | {"rope_type":"llama3","factor":8.0}        | low_freq_factor
      rope_scaling            | {"rope_type":"linear","factor":2.0,"rope_theta":77.0} | rope_theta
      rope_scaling            | {"rope_type":"linear","factor":2.0,"partial_rotary_factor":0.5} | partial_rotary_factor
      rope_scaling            | "linear"                                   | rope_scaling
      rope_parameters         | {"rope_type":"longrope"}                   | rope_type
      rope_parameters         | {"full_attention":{"rope_theta":1e6}}      | full_attention
      rope_parameters         | {"partial_rotary_factor":0.5}              | partial_rotary_factor
      rope_theta              | "10000"                                    | rope_theta
      hidden_size             | 30                                         | hidden_size
      hidden_size             | null                                       | hidden_size
      head_dim                | 0                                          | head_dim
      num_key_value_heads     | 0                                          | num_key_value_heads
      intermediate_size       | null                                       | intermediate_size
      num_hidden_layers       | -1                                         | num_hidden_layers
      tie_word_embeddings     | "no"                                       | tie_word_embeddings
      """)
  void namesAKeyThatItCannotHonour(String key, String value, String named) throws IOException {
    config.remove(key);
    String json = JSON.writeValueAsString(config).replaceFirst("}$", ",\"" + key + "\":" + value.replace("$", "\\$") + "}");
    Files.writeString(folder.resolve("config.json"), json);
    String message = failure();
    assertTrue(message.contains("config.json: \"" + named + "\" must "), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      num_key_value_heads     | 3      | 4 heads are not divisible by 3 key/value heads
      num_key_value_heads     | 4      | self_attn.k_proj.weight" of
      head_dim                | 7      | head width of 7 is odd
      rope_theta              | 0      | rotary theta
      rms_norm_eps            | 0      | epsilon
      num_hidden_layers       | 3      | too few for the 3 layers
      num_hidden_layers       | 1000   | too few for the 1000 layers
      num_hidden_layers       | 1      | "model.layers.1.input_layernorm.weight", which is no part of a LlamaForCausalLM
      vocab_size              | 62     | "model.embed_tokens.weight" of
      intermediate_size       | 64     | mlp.gate_proj.weight" of
      """)
  void namesAConfigurationThatIsNotThatOfTheWeights(String key, long value, String words) throws IOException {
    config.put(key, value);
    writeConfig();
    String message = failure();
    assertTrue(message.contains(words), message);
  }

  @Test
  void namesATensorThatIsMissing() throws IOException {
    rewriteWeights(tensors -> {
      Objects.requireNonNull(tensors.remove("model.layers.1.mlp.up_proj.weight"));
      tensors.put("model.layers.1.mlp.other", tensor(1));
    });
    assertTrue(failure().contains("has no tensor \"model.layers.1.mlp.up_proj.weight\""));
  }
}
