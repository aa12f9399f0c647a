package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with pieces that only some of their architecture have. */
class PiecesFolderTest {
  @TempDir
  private Path temporary;

  private Path export(ModelConfig config, ModelExport.Format format) {
    Path out = temporary.resolve(format.name());
    try (LoadedModel model = ModelSamples.random(config)) {
      new ModelExport(model, ExportType.F32, out, true).write(format);
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
}
