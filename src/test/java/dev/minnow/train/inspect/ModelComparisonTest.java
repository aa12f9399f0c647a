package dev.minnow.train.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.memory.Tensor;
import dev.minnow.model.TensorDifference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelComparisonTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir
  private Path folder;

  private static ModelComparison compare(Path first, Path second) {
    try (LoadedModel a = ModelFiles.load(first); LoadedModel b = ModelFiles.load(second)) {
      return ModelComparison.of(a, RunRecord.read(first), b, RunRecord.read(second));
    }
  }

  @Test
  void aModelIsTheSameAsItself() {
    ModelComparison comparison = compare(GOLDEN.resolve("train-gpt2"), GOLDEN.resolve("train-gpt2"));
    assertTrue(comparison.identical());
    assertEquals(List.of(), comparison.choices());
    assertEquals(0, comparison.together().orElseThrow().norm());
  }

  @Test
  void oneChangedNumberIsFound() {
    Path path = GOLDEN.resolve("train-llama");
    try (LoadedModel first = ModelFiles.load(path); LoadedModel second = ModelFiles.load(path)) {
      Tensor tensor = second.parameters().tensor(3);
      float before = tensor.getFloat(5);
      tensor.setFloat(5, before + 0.25f);
      ModelComparison comparison = ModelComparison.of(first, RunRecord.read(path), second, RunRecord.read(path));
      assertFalse(comparison.identical());
      for (int i = 0; i < comparison.tensors().size(); i++) {
        TensorDifference difference = comparison.tensors().get(i).difference();
        assertEquals(i == 3 ? 1 : 0, difference.differing());
        assertEquals(i == 3 ? 0.25 : 0, difference.norm(), 1e-6);
      }
    }
  }

  @Test
  void anotherArchitectureHasNothingInCommonButIsCompared() {
    ModelComparison comparison = compare(GOLDEN.resolve("train-gpt2"), GOLDEN.resolve("train-llama"));
    assertEquals(List.of(), comparison.tensors());
    assertTrue(comparison.onlyFirst().contains("wte.weight") && comparison.onlySecond().contains("model.embed_tokens.weight"));
    assertTrue(comparison.together().isEmpty());
    assertEquals(new ModelComparison.Choice("architecture", "gpt2", "llama"), comparison.choices().getFirst());
  }

  @Test
  void runsOfOtherShapesAndOptionsAreToldApart() throws IOException {
    Path first = SmallRun.train(folder.resolve("first"), Map.of("steps", 2));
    Path second = SmallRun.train(folder.resolve("second"), Map.of("steps", 2, "context", 4, "layers", 1, "lr", 2e-3));
    ModelComparison comparison = compare(first, second);
    assertEquals(List.of(new ModelComparison.Reshaped("wpe.weight", List.of(8L, 16L), List.of(4L, 16L))), comparison.reshaped());
    assertTrue(comparison.onlyFirst().stream().allMatch(name -> name.startsWith("h.1.")), comparison.onlyFirst().toString());
    assertEquals(16, comparison.onlyFirst().size());
    assertEquals(List.of(), comparison.onlySecond());
    Map<String, String> choices = new HashMap<>();
    comparison.choices().forEach(choice -> choices.put(choice.name(), choice.first() + " | " + choice.second()));
    assertEquals("8 | 4", choices.get("context_length"));
    assertEquals("2 | 1", choices.get("layer_count"));
    assertEquals("0.001 | 0.002", choices.get("--lr"));
    assertFalse(choices.containsKey("--layers") || choices.containsKey("--seed") || choices.containsKey("vocabulary_size"));
  }

  @Test
  void threeTimesAsLargeIsTheSameDirection() throws IOException {
    Path first = SmallRun.train(folder.resolve("first"), Map.of("steps", 2));
    try (LoadedModel a = ModelFiles.load(first); LoadedModel b = ModelFiles.load(first)) {
      for (Tensor tensor : b.parameters().byName().values()) {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, 3 * tensor.getFloat(i));
        }
      }
      ModelComparison comparison = ModelComparison.of(a, RunRecord.read(first), b, RunRecord.read(first));
      for (ModelComparison.Pair pair : comparison.tensors()) {
        assertEquals(2, pair.difference().relative(), 1e-6, pair.name());
        assertEquals(1, pair.difference().cosine(), 1e-6, pair.name());
      }
    }
  }
}
