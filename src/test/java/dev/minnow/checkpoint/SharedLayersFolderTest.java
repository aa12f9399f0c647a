package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models whose layers share parameters: files hold every layer's, as other programs want them. */
class SharedLayersFolderTest {
  private static final String KEY = "minnow_share_layers";

  @TempDir
  private Path temporary;

  static List<ModelConfig> models() {
    return Stream.of(ModelSamples.GPT2, ModelSamples.LLAMA).map(config -> config.withSharedLayers(2)).toList();
  }

  private Path export(ModelConfig config, ModelExport.Format format) {
    Path out = temporary.resolve(format.name());
    try (LoadedModel model = ModelSamples.random(config)) {
      new ModelExport(format, ExportType.F32, out, true).write(model);
    }
    return out;
  }

  private static void changeConfig(Path folder, int layers) throws IOException {
    ObjectNode json = (ObjectNode) ChangedGoldenFolder.JSON.readTree(folder.resolve("config.json").toFile());
    Files.write(folder.resolve("config.json"), JsonFile.bytes(json.put(KEY, layers)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyLayerIsWrittenAndTheyAreReadAsShared(ModelConfig config) throws IOException {
    Path shared = export(config, ModelExport.Format.HF);
    try (LoadedModel expected = ModelSamples.random(config); LoadedModel found = ModelFiles.load(shared)) {
      assertEquals(config, found.config());
      expected.parameters()
          .byName()
          .forEach(
              (name, tensor) -> assertArrayEquals(tensor.toFloats(), found.parameters().byName().get(name).toFloats(), name));
    }
    changeConfig(shared, 1);
    try (LoadedModel found = ModelFiles.load(shared)) {
      requireEqualLayers(found, config);
    }
  }

  /** The layers that shared their parameters each have all of them. */
  private static void requireEqualLayers(LoadedModel model, ModelConfig shared) {
    assertEquals(shared.withSharedLayers(1), model.config());
    int[] compared = {0};
    model.parameters().byName().forEach((name, tensor) -> {
      if (name.contains(".1.")) {
        Tensor first = model.parameters().byName().get(name.replace(".1.", ".0."));
        assertArrayEquals(first.toFloats(), tensor.toFloats(), name);
        compared[0]++;
      }
    });
    assertTrue(compared[0] >= 9, "compared " + compared[0]);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aGgufFileHasEveryLayerOfItsOwn(ModelConfig config) {
    try (LoadedModel found = ModelFiles.load(export(config, ModelExport.Format.GGUF))) {
      requireEqualLayers(found, config);
    }
  }

  @Test
  void layersThatDifferAreNotReadAsShared() throws IOException {
    Path folder = export(ModelSamples.LLAMA, ModelExport.Format.HF);
    assertFalse(Files.readString(folder.resolve("config.json")).contains(KEY));
    changeConfig(folder, 2);
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(folder)).getMessage();
    assertTrue(message.contains("\"model.layers.1.input_layernorm.weight\"") && message.contains(KEY), message);
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "-2"})
  void aNumberThatDoesNotDivideTheLayersIsRefused(int layers) throws IOException {
    Path folder = export(ModelSamples.GPT2, ModelExport.Format.HF);
    changeConfig(folder, layers);
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(folder)).getMessage();
    assertTrue(message.contains("config.json: \"" + KEY + "\" must "), message);
  }
}
