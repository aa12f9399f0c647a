package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {
  private static final String FIRST = "model.embed_tokens.weight";

  @TempDir
  private Path root;

  private Path folder;
  private Path index;

  @BeforeEach
  void writeModel() throws IOException {
    folder = root.resolve("model");
    index = folder.resolve("model.safetensors.index.json");
    ModelSamples.writeSharded(folder, ModelSamples.LLAMA);
  }

  @Test
  void severalFilesAreOneModel() {
    try (LoadedModel expected = ModelSamples.random(ModelSamples.LLAMA); LoadedModel found = ModelFiles.load(folder)) {
      assertEquals(expected.config(), found.config());
      expected.parameters().byName().forEach((name, tensor) -> {
        float[] values = found.parameters().byName().get(name).toFloats();
        for (int i = 0; i < values.length; i++) {
          assertEquals(tensor.getFloat(i), values[i], name + " element " + i);
        }
      });
    }
  }

  /** The index with changes. */
  private void rewrite(Consumer<Map<String, String>> change) {
    try {
      Map<String, String> map = new HashMap<>();
      for (int shard = 0; shard < 2; shard++) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(ModelSamples.shard(shard)))) {
          for (String name : file.entries().keySet()) {
            map.put(name, ModelSamples.shard(shard));
          }
        }
      }
      change.accept(map);
      Files.write(index, ModelSamples.index(map));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String failure() {
    return String.valueOf(assertThrows(CheckpointException.class, () -> ModelFiles.load(folder)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret.safetensors", "/etc/passwd", "a/b.safetensors", "..", ".", "", "..\\secret", "C:weights", "a\u0000b"})
  void onlyPlainNamesAreFollowed(String name) throws IOException {
    Files.copy(folder.resolve(ModelSamples.shard(0)), root.resolve("secret.safetensors"));
    rewrite(map -> map.put(FIRST, name));
    assertTrue(failure().contains("which is not the plain name of a file beside it"), failure());
    assertTrue(failure().startsWith(index + " puts the tensor \"" + FIRST + "\" into "), failure());
  }

  @Test
  void indexAndFilesMustAgree() throws IOException {
    String first;
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(ModelSamples.shard(0)))) {
      first = file.entries().keySet().iterator().next();
    }
    rewrite(map -> map.put(first, ModelSamples.shard(1)));
    assertTrue(failure().contains("says that the tensor \"" + first + "\" is in " + folder.resolve(ModelSamples.shard(1))), failure());
    rewrite(map -> map.remove(first));
    assertTrue(failure().contains("has the tensor \"" + first + "\", which " + index + " does not say"), failure());
    rewrite(map -> map.put("model.extra", ModelSamples.shard(0)));
    assertTrue(failure().contains("says that the tensor \"model.extra\" is in"), failure());
    rewrite(map -> map.put(first, "absent.safetensors"));
    assertEquals(
        index + " puts the tensor \"" + first + "\" into " + folder.resolve("absent.safetensors") + ", which is not there; copy it too.",
        failure());
    for (String hostile : List.of("\u001b[2J.safetensors", "a\nb", "x".repeat(256))) {
      rewrite(map -> map.put(first, hostile));
      assertTrue(failure().contains("which is not the plain name of a file beside it"), failure());
      assertTrue(failure().length() < 500 && failure().chars().noneMatch(Character::isISOControl), failure());
    }
  }

  @Test
  void aTensorInTwoFilesIsRefused() throws IOException {
    Files.copy(folder.resolve(ModelSamples.shard(0)), folder.resolve("again.safetensors"));
    rewrite(map -> map.put(anyOfFirst(map), "again.safetensors"));
    assertTrue(failure().contains("does not say"), failure());
  }

  private static String anyOfFirst(Map<String, String> map) {
    return map.entrySet().stream().filter(entry -> entry.getValue().equals(ModelSamples.shard(0))).findFirst().orElseThrow().getKey();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}", "{\"weight_map\":{\"a\":null}}",
      "{\"weight_map\":{\"a\":\"x\",\"a\":\"x\"}}", "{\"weight_map\":{}}"})
  void aMalformedIndexIsRefused(String json) throws IOException {
    Files.writeString(index, json);
    assertTrue(failure().contains(index.toString()) && failure().endsWith("."), failure());
  }

  @Test
  void oneWholeFileGoesBeforeAnIndex() throws IOException {
    Files.writeString(index, "{");
    Path whole = root.resolve("whole");
    try (LoadedModel model = ModelSamples.random(ModelSamples.LLAMA)) {
      new ModelExport(ModelExport.Format.HF, ExportType.F32, whole, false).write(model);
    }
    Files.copy(whole.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    ModelFiles.load(folder).close();
  }
}
