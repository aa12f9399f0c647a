package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.gguf.GgmlType;
import dev.minnow.checkpoint.gguf.GgufFile;
import dev.minnow.checkpoint.gguf.GgufTensor;
import dev.minnow.checkpoint.gguf.GgufWriter;
import dev.minnow.checkpoint.gguf.RowOrder;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GgufModelTest {
  private static final ModelConfig CONFIG = ModelConfig.gpt2(300, 16, 64, 2, 4, 96, 2e-5f);

  @TempDir
  private Path folder;

  private static LoadedModel random(ModelConfig config) {
    return ModelSamples.random(config);
  }

  private ModelExport.Result export(LoadedModel model, ExportType type, Path path) {
    return new ModelExport(ModelExport.Format.GGUF, type, path, false).write(model);
  }

  private static ModelConfig llama(Positions positions, boolean tied) {
    return new ModelConfig(300, 64, 64, 2, 6, 2, 16, 96, ModelConfig.NormKind.RMS_NORM, 1e-6f, positions, ModelConfig.Activation.SWIGLU,
        false, tied);
  }

  static Stream<Arguments> configurations() {
    RotaryScaling llama3 = new RotaryScaling.Llama3(8, 1, 4, 8192);
    RotaryScaling unusual = new RotaryScaling.Llama3(4, 1.5, 3, 32);
    return Stream.of(
        Arguments.of(CONFIG, 29),
        Arguments.of(CONFIG.withTiedHead(false), 29),
        Arguments.of(llama(new Positions.Rotary(10_000, new RotaryScaling.None()), false), 21),
        Arguments.of(llama(new Positions.Rotary(500_000, llama3), true), 21),
        Arguments.of(llama(new Positions.Rotary(10_000, unusual), false), 22),
        Arguments.of(llama(new Positions.Rotary(10_000, new RotaryScaling.Linear(2)), true), 20));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aModelComesBackBitForBit(ModelConfig config, int tensors) {
    Path path = folder.resolve("model.gguf");
    try (LoadedModel model = random(config)) {
      ModelExport.Result result = export(model, ExportType.F32, path);
      assertEquals(path.toFile().length(), result.bytes());
      assertEquals(tensors, result.tensors());
      try (GgufFile file = GgufFile.open(path)) {
        // Readers without a tokenizer have it from here.
        assertEquals(config.vocabularySize(), file.metadata().count(config.architecture() + ".vocab_size"));
      }
      try (LoadedModel back = ModelFiles.load(path)) {
        assertEquals(config, back.config());
        assertEquals(model.tokenizer().orElseThrow().sha256(), back.tokenizer().orElseThrow().sha256());
        requireWithin(0, model, back);
      }
    }
  }

  private static void requireWithin(double tolerance, LoadedModel expected, LoadedModel found) {
    Map<String, Tensor> tensors = found.parameters().byName();
    expected.parameters().byName().forEach((name, tensor) -> {
      assertEquals(tensor.toString(), tensors.get(name).toString());
      double largest = 0;
      for (float value : tensor.toFloats()) {
        largest = Math.max(largest, Math.abs(value));
      }
      boolean exact = tensor.rank() == 1 || name.equals("wpe.weight");
      for (long i = 0; i < tensor.elementCount(); i++) {
        assertEquals(tensor.getFloat(i), tensors.get(name).getFloat(i), exact ? 0 : tolerance * largest, name + " element " + i);
      }
    });
  }

  /** Half a step of the type, and what rounding a scale to 11 bits adds. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q8_0", "Q4_0"})
  void smallerTypesKeepMatricesWithinTheirSteps(ExportType type) {
    Path path = folder.resolve("model.gguf");
    try (LoadedModel model = random(CONFIG)) {
      export(model, type, path);
      try (LoadedModel back = ModelFiles.load(path); GgufFile file = GgufFile.open(path)) {
        requireWithin(
            switch (type) {
              case F16 -> 0x1p-11;
              case BF16 -> 0x1p-8;
              case Q8_0 -> 0.51 / 127 + 0x1p-11;
              default -> 1.01 / 8;
            },
            model,
            back);
        assertEquals(type.ggml(), file.tensors().get("blk.1.attn_qkv.weight").type());
        assertEquals(type.ggml(), file.tensors().get("token_embd.weight").type());
        for (String name : List.of("position_embd.weight", "blk.0.attn_norm.weight", "blk.0.ffn_up.bias", "output_norm.bias")) {
          assertEquals(GgmlType.F32, file.tensors().get(name).type(), name);
        }
      }
    }
  }

  @Test
  void matricesWithoutWholeBlocksAreStoredAsF16WithOneNotice() {
    Path path = folder.resolve("model.gguf");
    try (LoadedModel model = random(ModelConfig.gpt2(300, 8, 24, 1, 2, 32, 1e-5f))) {
      ModelExport.Result result = export(model, ExportType.Q8_0, path);
      try (GgufFile file = GgufFile.open(path)) {
        long halves = file.tensors().values().stream().filter(tensor -> tensor.type() == GgmlType.F16).count();
        assertTrue(result.notices().stream().anyMatch(notice -> notice.startsWith(halves + " tensors are stored as f16")),
            halves + " " + result.notices());
        assertEquals(GgmlType.F16, file.tensors().get("token_embd.weight").type());
        assertEquals(GgmlType.Q8_0, file.tensors().get("blk.0.ffn_down.weight").type());
      }
    }
  }

  /** The layout of llama.cpp's converter: rows q, k, v below each other, (out, in), under its names. */
  @Test
  void tensorsLieAsLlamaCppReadsThem() {
    Path path = folder.resolve("model.gguf");
    try (LoadedModel model = random(CONFIG)) {
      export(model, ExportType.F32, path);
      try (GgufFile file = GgufFile.open(path); Arena arena = Arena.ofConfined()) {
        GgufTensor joined = file.tensors().get("blk.1.attn_qkv.weight");
        assertEquals(List.of(192L, 64L), joined.shape());
        Tensor decoded = Tensor.of(arena.allocate(192 * 64 * 4), ElementType.F32, 192, 64);
        joined.decode(0, 192 * 64, decoded.segment(), 0);
        assertEquals(model.parameters().byName().get("h.1.attn.value.weight").getFloat(63 * 64 + 5), decoded.getFloat(191 * 64 + 5));
        assertEquals(List.of(96L, 64L), file.tensors().get("blk.0.ffn_up.weight").shape());
        assertEquals(List.of(64L, 96L), file.tensors().get("blk.0.ffn_down.weight").shape());
        assertEquals(Optional.of("gpt2"), file.metadata().text("general.architecture"));
        assertEquals(16, file.metadata().count("gpt2.context_length"));
        assertEquals(96, file.metadata().count("gpt2.feed_forward_length"));
        assertEquals(Optional.of(2e-5f), file.metadata().number("gpt2.attention.layer_norm_epsilon"));
        // The tokenizer has 280 tokens; no text becomes the other 20 rows of the embedding.
        assertEquals("[PAD299]", file.metadata().texts("tokenizer.ggml.tokens").orElseThrow().getLast());
        assertEquals(300, file.metadata().wholeNumbers("tokenizer.ggml.token_type").orElseThrow().length);
      }
    }
  }

  /** Row 2i + s of a head in the file is row s D/2 + i of Hugging Face's, of queries and of keys; values stay. */
  @Test
  void queriesAndKeysOfLlamaLieAsLlamaCppRotatesThem() {
    Path path = folder.resolve("model.gguf");
    try (LoadedModel model = random(llama(new Positions.Rotary(10_000, new RotaryScaling.None()), true))) {
      export(model, ExportType.F32, path);
      try (GgufFile file = GgufFile.open(path)) {
        assertRow(model, "q_proj", 2 * 16 + 8 + 3, file, "attn_q", 2 * 16 + 7);
        assertRow(model, "k_proj", 16 + 3, file, "attn_k", 16 + 6);
        assertRow(model, "v_proj", 16 + 3, file, "attn_v", 16 + 3);
        assertRow(model, "o_proj", 19, file, "attn_output", 19);
      }
    }
  }

  private static void assertRow(LoadedModel model, String ours, int row, GgufFile file, String theirs, int fileRow) {
    Tensor expected = model.parameters().byName().get("model.layers.1.self_attn." + ours + ".weight");
    GgufTensor found = file.tensors().get("blk.1." + theirs + ".weight");
    long width = expected.dimension(1);
    for (long i = 0; i < width; i++) {
      float value = found.bytes().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * (fileRow * width + i));
      assertEquals(expected.getFloat(row * width + i), value, ours + " element " + i);
    }
  }

  /** A file with everything that a small model has, for a test to change. */
  private Path changed(Consumer<GgufWriter> more, String left, GgmlType embeddingType) throws IOException {
    return changed(CONFIG, more, left, embeddingType);
  }

  /** @param said the configuration that the file claims */
  private Path changed(ModelConfig said, Consumer<GgufWriter> more, String left, GgmlType embeddingType) throws IOException {
    Path path = folder.resolve("changed.gguf");
    try (LoadedModel model = random(CONFIG)) {
      GgufWriter writer = new GgufWriter();
      GgufHyperparameters.write(said, writer);
      GgufTokenizer.write(model.tokenizer().orElseThrow(), 300, writer);
      for (GgufParameter parameter : GgufParameter.of(model.parameters().table())) {
        if (!parameter.name().equals(left)) {
          GgmlType type = parameter.name().equals(GgufParameter.TOKEN_EMBEDDING) ? embeddingType : GgmlType.F32;
          writer.add(parameter.name(), type, parameter.in(model.parameters()), RowOrder.SAME);
        }
      }
      more.accept(writer);
      try (var out = Files.newOutputStream(path)) {
        writer.writeTo(Channels.newChannel(out));
      }
    }
    return path;
  }

  private Tensor row(long... shape) {
    return Tensor.of(Arena.ofAuto().allocate(4 * Tensor.elementCount(shape)), ElementType.F32, shape);
  }

  private void assertRefused(String words, Consumer<GgufWriter> more, String left) throws IOException {
    assertRefused(words, changed(more, left, GgmlType.F32));
  }

  private static void assertRefused(String words, Path path) {
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(path)).getMessage();
    assertTrue(message.contains(words) && message.contains(path.toString()), message);
  }

  @Test
  void keysAndTensorsThatMinnowDoesNotHonourAreErrorsThatNameThem() throws IOException {
    assertRefused("\"gpt2.attention.sliding_window\" is not a key that Minnow honours", w -> w.put("gpt2.attention.sliding_window", 8), "");
    assertRefused("\"gpt2.attention.head_count_kv\" must be 4", w -> w.put("gpt2.attention.head_count_kv", 2), "");
    ModelConfig smaller = ModelConfig.gpt2(299, 16, 64, 2, 4);
    assertRefused("\"gpt2.vocab_size\" must be 300", changed(smaller, w -> {}, "", GgmlType.F32));
    assertRefused("\"split.count\" says that the model is cut into 3 files", w -> w.put("split.count", 3), "");
    assertRefused("\"general.type\" must be \"model\"", w -> w.put("general.type", "adapter"), "");
    assertRefused(
        "\"blk.0.attn_q_norm.weight\", which is no part",
        w -> w.add("blk.0.attn_q_norm.weight", GgmlType.F32, row(64), RowOrder.SAME),
        "");
    assertRefused("has no tensor \"blk.1.ffn_up.bias\"", w -> {}, "blk.1.ffn_up.bias");
    assertRefused("has no tensor \"token_embd.weight\"", w -> {}, "token_embd.weight");
    assertRefused(
        "\"output_norm.bias\"",
        w -> w.add("output_norm.bias", GgmlType.F32, row(63), RowOrder.SAME),
        "output_norm.bias");
    assertRefused(
        "position embedding under two names", w -> w.add("pos_embd.weight", GgmlType.F32, row(16, 64), RowOrder.SAME), "");
  }

  @Test
  void architecturesThatMinnowDoesNotHaveAreErrorsThatNameThem() throws IOException {
    Path path = folder.resolve("mamba.gguf");
    try (var out = Files.newOutputStream(path)) {
      new GgufWriter().put("general.architecture", "mamba").writeTo(Channels.newChannel(out));
    }
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(path)).getMessage();
    assertTrue(message.contains("\"general.architecture\" must be gpt2 or llama to be opened here, but it is \"mamba\""), message);
  }

  @Test
  void aQuantizedFileOfOldBlockFormatsIsRefused() throws IOException {
    Path path = changed(w -> w.put("general.quantization_version", 1), "", GgmlType.Q8_0);
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(path)).getMessage();
    assertTrue(message.contains("\"general.quantization_version\" must be 2"), message);
  }

  @Test
  void aTensorOfATypeThatMinnowDoesNotReadIsAnErrorThatNamesBoth() throws IOException {
    Path path = changed(w -> {}, "", GgmlType.F32);
    byte[] file = Files.readAllBytes(path);
    String name = "output_norm.bias";
    int type = new String(file, StandardCharsets.ISO_8859_1).indexOf(name) + name.length() + Integer.BYTES + Long.BYTES;
    assertEquals(0, file[type], "F32, after one dimension");
    file[type] = 26;
    Files.write(path, file);
    assertRefused("\"output_norm.bias\" of " + path + " is I32, a type that Minnow does not read", path);
  }

  @Test
  void aHeadEqualToTheEmbeddingIsTied() throws IOException {
    Path path =
        changed(
            w -> {
              try (LoadedModel model = random(CONFIG)) {
                Tensor copy = row(300, 64);
                copy.segment().copyFrom(model.parameters().byName().get("wte.weight").segment());
                w.add("output.weight", GgmlType.F32, copy, RowOrder.SAME);
              }
            },
            "",
            GgmlType.F32);
    try (LoadedModel model = random(CONFIG); LoadedModel back = ModelFiles.load(path)) {
      assertEquals(CONFIG, back.config());
      requireWithin(0, model, back);
    }
  }

  @Test
  void thePositionEmbeddingMayHaveItsSpecifiedName() throws IOException {
    Path path =
        changed(w -> w.add("pos_embd.weight", GgmlType.F32, row(16, 64), RowOrder.SAME), "position_embd.weight", GgmlType.F32);
    try (LoadedModel back = ModelFiles.load(path)) {
      assertEquals(0, back.parameters().byName().get("wpe.weight").getFloat(17));
    }
  }
}
