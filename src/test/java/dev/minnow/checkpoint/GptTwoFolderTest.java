package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A golden folder, with one thing changed at a time. */
class GptTwoFolderTest extends ChangedGoldenFolder {
  GptTwoFolderTest() {
    super("train-gpt2");
  }

  private static Tensor get(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  @Test
  void writesWhatItReads(@TempDir Path copy) throws IOException {
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
    }
    try (SafetensorsFile before = SafetensorsFile.open(folder.resolve("model.safetensors"));
        SafetensorsFile after = SafetensorsFile.open(copy.resolve("model.safetensors"))) {
      assertEquals(before.entries().keySet(), after.entries().keySet());
      before.tensors().forEach((name, tensor) -> {
        assertArrayEquals(tensor.shape(), after.tensor(name).shape(), name);
        assertArrayEquals(tensor.toFloats(), after.tensor(name).toFloats(), name);
      });
    }
    String weights = Files.readString(copy.resolve("model.safetensors"), StandardCharsets.ISO_8859_1);
    assertTrue(weights.substring(8).startsWith("{\"__metadata__\":{\"format\":\"pt\"},"),
        "transformers refuses weights of no named format");
    assertEquals(HuggingFaceFolder.readConfig(folder.resolve("config.json")), HuggingFaceFolder.readConfig(copy.resolve("config.json")));
    JsonNode written = JSON.readTree(copy.resolve("config.json").toFile());
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      assertEquals(entry.getValue(), written.get(entry.getKey()), entry.getKey());
    }
    assertTrue(written.get("eos_token_id").isNull(), "transformers would take 50256 where the key is absent");
    assertEquals("float32", written.get("torch_dtype").asText());
  }

  @Test
  void writesTheFileOfTransformersByteForByte(@TempDir Path copy) throws IOException {
    Path golden = Golden.path("hf-gpt2-tiny/model.safetensors");
    ModelConfig tiny = ModelConfig.gpt2(61, 16, 32, 2, 2, 64, 1e-5f);
    try (LoadedModel model = Golden.load(tiny, golden)) {
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
    }
    assertArrayEquals(Files.readAllBytes(golden), Files.readAllBytes(copy.resolve("model.safetensors")));
  }

  @Test
  void readsNamesWithoutThePrefixAndIgnoresMasksAndATiedHead() throws IOException {
    rewriteWeights(tensors -> {
      Map<String, Tensor> bare = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> bare.put(name.replace("transformer.", ""), tensor));
      tensors.clear();
      tensors.putAll(bare);
      tensors.put("lm_head.weight", get(bare, "wte.weight"));
      for (int layer = 0; layer < 2; layer++) {
        tensors.put("h." + layer + ".attn.bias", tensor(1, 1, 16, 16));
        tensors.put("h." + layer + ".attn.masked_bias", tensor());
      }
    });
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(0.175474212f, get(model.parameters().byName(), "ln_f.bias").getFloat(31));
    }
  }

  @Test
  void readsTheDefaultsThatTransformersAssumes() throws IOException {
    config.remove("n_inner");
    config.remove("activation_function");
    config.remove("layer_norm_epsilon");
    config.remove("tie_word_embeddings");
    config.remove("architectures");
    config.set("n_ctx", config.remove("n_positions"));
    config.put("some_key_that_transformers_does_not_look_at", 5);
    writeConfig();
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(ModelConfig.gpt2(67, 16, 32, 2, 4, 128, 1e-5f), model.config());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      model_type               | "mistral"
      model_type               | null
      architectures            | ["GPT2ForSequenceClassification"]
      architectures            | []
      activation_function      | "relu"
      activation_function      | "gelu"
      tie_word_embeddings      | "yes"
      scale_attn_weights       | false
      scale_attn_by_inverse_layer_idx | true
      add_cross_attention      | true
      is_encoder_decoder       | true
      is_causal                | false
      num_hidden_layers        | 1
      max_position_embeddings  | 32
      hidden_size              | 16
      num_attention_heads      | 2
      pruned_heads             | {"0":[1]}
      quantization_config      | {"bits":4}
      auto_map                 | {"AutoModel":"modeling.Own"}
      vocab_size               | null
      vocab_size               | 0
      vocab_size               | -1
      vocab_size               | 67.0
      vocab_size               | "67"
      vocab_size               | 4294967363
      vocab_size               | 1e400
      n_positions              | null
      n_embd                   | null
      n_layer                  | null
      n_head                   | null
      n_head                   | []
      n_inner                  | 0
      layer_norm_epsilon       | "1e-5"
      layer_norm_epsilon       | 1e999
      """)
  void namesAKeyThatItCannotHonour(String key, String value) throws IOException {
    config.remove(key);
    String json = JSON.writeValueAsString(config).replaceFirst("}$", ",\"" + key + "\":" + value + "}");
    Files.writeString(folder.resolve("config.json"), json);
    String message = failure();
    assertTrue(message.contains("config.json: \"" + key + "\" must "), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      n_head             | 5     | 5 heads
      n_embd             | 536870912 | "n_embd" must be at most 536870911
      layer_norm_epsilon | 0     | epsilon
      layer_norm_epsilon | -1    | epsilon
      vocab_size         | 68    | "transformer.wte.weight" of
      vocab_size         | 16777216 | [67, 32] where config.json calls for [16777216, 32]
      n_positions        | 17    | "transformer.wpe.weight" of
      n_layer            | 1     | "h.1.attn.c_attn.bias", which is no part
      n_layer            | 3     | too few for the 3 layers
      n_layer            | 1000  | too few for the 1000 layers
      n_inner            | 64    | "transformer.h.0.mlp.c_fc.weight" of
      n_embd             | 64    | "transformer.wte.weight" of
      """)
  void namesAConfigurationThatIsNotThatOfTheWeights(String key, long value, String words) throws IOException {
    config.put(key, value);
    if (key.equals("n_embd") && value > 64) {
      config.remove("n_inner");
    }
    writeConfig();
    String message = failure();
    assertTrue(message.contains(words), message);
  }

  @Test
  void namesATensorThatIsMissing() throws IOException {
    rewriteWeights(tensors -> {
      tensors.remove("transformer.h.1.attn.c_proj.bias");
      tensors.put("transformer.other", tensor(1));
    });
    assertTrue(failure().contains("has no tensor \"h.1.attn.c_proj.bias\""));
  }

  @Test
  void namesATensorThatIsNoPartOfTheModel() throws IOException {
    rewriteWeights(tensors -> tensors.put("transformer.h.0.crossattention.bias", tensor(1)));
    assertTrue(failure().contains("\"h.0.crossattention.bias\""));
  }

  @Test
  void namesATensorThatIsThereTwice() throws IOException {
    rewriteWeights(tensors -> tensors.put("ln_f.bias", tensor(32)));
    assertTrue(failure().contains("\"ln_f.bias\" both with and without"));
  }

  /** Of the matrix that head and token embedding share, some programs keep the head's name alone. */
  @Test
  void readsATiedMatrixUnderTheNameOfTheHead() throws IOException {
    rewriteWeights(tensors -> tensors.put("lm_head.weight", Objects.requireNonNull(tensors.remove("transformer.wte.weight"))));
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(ModelConfig.gpt2(67, 16, 32, 2, 4, 128, 1e-5f), model.config());
    }
    config.put("tie_word_embeddings", false);
    writeConfig();
    assertTrue(failure().contains("has no tensor \"wte.weight\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"})
  void readsTheNamesOfOneFunctionAndOfOneNumber(String activation) throws IOException {
    config.put("activation_function", activation).put("num_hidden_layers", 2).put("num_attention_heads", 4);
    config.set("hidden_size", config.remove("n_embd"));
    writeConfig();
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(ModelConfig.gpt2(67, 16, 32, 2, 4, 128, 1e-5f), model.config());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsAndWritesAHeadOfItsOwn(boolean saidToBeTied, @TempDir Path copy) throws IOException {
    config.put("tie_word_embeddings", saidToBeTied);
    writeConfig();
    rewriteWeights(tensors -> {
      Tensor head = tensor(67, 32);
      head.copyFrom(get(tensors, "transformer.wte.weight"));
      head.setFloat(67 * 32 - 1, 0.25f);
      tensors.put("lm_head.weight", head);
    });
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(ModelConfig.gpt2(67, 16, 32, 2, 4, 128, 1e-5f).withTiedHead(false), model.config());
      assertEquals(0.25f, get(model.parameters().byName(), "lm_head.weight").getFloat(67 * 32 - 1));
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
    }
    assertEquals(false, JSON.readTree(copy.resolve("config.json").toFile()).get("tie_word_embeddings").booleanValue());
    try (SafetensorsFile before = SafetensorsFile.open(folder.resolve("model.safetensors"));
        SafetensorsFile after = SafetensorsFile.open(copy.resolve("model.safetensors"))) {
      assertEquals(before.entries().keySet(), after.entries().keySet());
    }
  }

  @Test
  void namesAHeadThatIsMissing() throws IOException {
    config.put("tie_word_embeddings", false);
    writeConfig();
    assertTrue(failure().contains("has no tensor \"lm_head.weight\""));
  }

  @Test
  void namesTensorsOfTypesThatItDoesNotRead() throws IOException {
    Tensor integers = Tensor.of(Arena.ofAuto().allocate(128), ElementType.I32, 32);
    rewriteWeights(tensors -> tensors.put("transformer.ln_f.bias", integers));
    assertTrue(failure().contains("is I32"));
  }

  @Test
  void namesAFileThatIsMissingOrDamaged() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    assertTrue(failure().contains(weights + " is not a whole safetensors file"));
    Files.delete(weights);
    assertTrue(failure().contains("There is no file " + weights));
    for (String content : new String[] {"", "[]", "{\"a\":1", "{} {}", "{\"a\":1,\"a\":2}", "\u0000"}) {
      Files.writeString(folder.resolve("config.json"), content);
      assertTrue(failure().startsWith(folder.resolve("config.json") + " "), content);
    }
    Files.write(folder.resolve("config.json"), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    assertTrue(failure().contains("not UTF-8"));
    Files.write(folder.resolve("config.json"), new byte[(1 << 20) + 1]);
    assertTrue(failure().contains("larger than 1 MiB"));
    Files.delete(folder.resolve("config.json"));
    assertTrue(failure().contains("there is no " + folder.resolve("config.json")));
    Path absent = folder.resolve("absent");
    assertTrue(assertThrows(CheckpointException.class, () -> HuggingFaceFolder.load(absent)).getMessage().contains(absent.toString()));
  }

  @Test
  void readsAndWritesTheTokenizer(@TempDir Path copy) throws IOException {
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(Tokenizer.bytes().toJson());
    Files.write(folder.resolve("tokenizer.json"), Tokenizer.bytes().toJson());
    assertTrue(failure().contains("has 256 tokens and the model only 67"));
    Files.writeString(folder.resolve("tokenizer.json"), "{");
    assertTrue(failure().contains(folder.resolve("tokenizer.json").toString()));
    config.put("vocab_size", 257);
    writeConfig();
    rewriteWeights(tensors -> tensors.put("transformer.wte.weight", tensor(257, 32)));
    ArrayNode added = JSON.createArrayNode();
    added.addObject()
        .put("id", 256)
        .put("content", "<|endoftext|>")
        .put("special", true)
        .put("normalized", false)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false);
    tokenizer.set("added_tokens", added);
    ((ObjectNode) tokenizer.at("/model/vocab")).put("<|endoftext|>", 256);
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
    try (LoadedModel model = HuggingFaceFolder.load(folder)) {
      assertEquals(257, model.tokenizer().orElseThrow().vocabularySize());
      HuggingFaceFolder.write(copy, model, FileOperations.SYSTEM);
    }
    for (String name : new String[] {"config.json", "generation_config.json"}) {
      assertEquals(256, JSON.readTree(copy.resolve(name).toFile()).get("eos_token_id").asInt(), name);
    }
    assertEquals("<|endoftext|>", JSON.readTree(copy.resolve("tokenizer_config.json").toFile()).get("eos_token").asText());
    try (LoadedModel model = HuggingFaceFolder.load(copy)) {
      assertEquals(256, model.tokenizer().orElseThrow().endOfText().orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "model.pt", "model.pth", "last.ckpt"})
  void namesPickles(String name) throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Files.createFile(folder.resolve("training_args.bin"));
    assertTrue(failure().contains("There is no file " + folder.resolve("model.safetensors")), failure());
    Files.createFile(folder.resolve(name));
    assertTrue(failure().contains(folder.resolve(name) + " is a PyTorch pickle, which can run code when it is opened; convert"), failure());
  }

  @Test
  void recognisesAPickleUnderAnotherName() throws IOException {
    Files.write(folder.resolve("model.safetensors"), "PK\u0003\u0004\0\0\b\barchive/data.pkl".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(failure().contains("is a PyTorch pickle"), failure());
  }
}
