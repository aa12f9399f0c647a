package dev.minnow.train.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.TensorDifference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir
  private Path folder;

  private static Inspection inspect(Path model) {
    try (LoadedModel loaded = ModelFiles.load(model)) {
      return Inspection.of(loaded, RunRecord.read(model));
    }
  }

  /** AdamW's first update moves each element by the rate, whatever its gradient; a matrix also decays by rate x 0.1 x itself. */
  @ParameterizedTest
  @CsvSource({"gpt2, GPT2", "llama, XAVIER_UNIFORM", "llama, XAVIER_NORMAL", "gpt2, HE_NORMAL"})
  void afterOneStepEveryNumberMovedByTheLearningRate(String architecture, String scheme) throws IOException {
    Path model = SmallRun.train(folder.resolve("run"), Map.of("arch", architecture, "init", scheme, "seed", 77));
    Inspection inspection = inspect(model);
    assertEquals(Optional.empty(), inspection.startUnknown());
    for (ParameterGroup tensor : inspection.tensors()) {
      Parameter parameter = inspection.table().parameters().get(tensor.indices().getFirst());
      TensorDifference moved = tensor.sinceStart().orElseThrow();
      if (parameter.name().contains("wte") || parameter.name().contains("embed_tokens") || moved.norm() == 0) {
        continue;
      }
      double expected = 1e-3 * Math.sqrt((double) parameter.elementCount());
      // Elements whose gradient is near epsilon move less: a key's bias has none at all.
      if (!parameter.name().endsWith("key.bias")) {
        assertEquals(expected, moved.norm(), 0.1 * expected, parameter.name());
      }
    }
    double norm = inspection.tensors().getFirst().statistics().norm();
    assertTrue(inspection.tensors().getFirst().sinceStart().orElseThrow().norm() < 0.1 * norm, "the embedding began elsewhere");
  }

  @Test
  void groupsHaveAllTensorsAndTheirNorms() throws IOException {
    Inspection inspection = inspect(SmallRun.train(folder.resolve("run"), Map.of("arch", "llama")));
    for (List<ParameterGroup> groups : List.of(inspection.kinds(), inspection.layers())) {
      List<Integer> members = groups.stream().flatMap(group -> group.indices().stream()).sorted().toList();
      assertEquals(inspection.table().parameters().size(), members.size());
      assertEquals(members.size(), members.stream().distinct().count());
      double squares = 0;
      double moved = 0;
      for (ParameterGroup group : groups) {
        squares += Math.pow(group.statistics().norm(), 2);
        moved += group.sinceStart().orElseThrow().squares();
        long count = group.indices().stream().mapToLong(i -> inspection.table().parameters().get(i).elementCount()).sum();
        assertEquals(count, group.statistics().count(), group.name());
      }
      double expected = 0;
      double expectedMoved = 0;
      for (ParameterGroup tensor : inspection.tensors()) {
        expected += Math.pow(tensor.statistics().norm(), 2);
        expectedMoved += tensor.sinceStart().orElseThrow().squares();
      }
      assertEquals(expected, squares, 1e-9 * expected);
      assertEquals(expectedMoved, moved, 1e-9 * expectedMoved);
    }
    assertEquals(List.of("embeddings", "layer 0", "layer 1", "final norm"),
        inspection.layers().stream().map(ParameterGroup::name).toList());
  }

  @Test
  void layersThatShareTheirParametersAreOneGroup() throws IOException {
    Inspection inspection = inspect(SmallRun.train(folder.resolve("run"), Map.of("layers", 4, "share-layers", 2)));
    assertEquals(
        List.of("embeddings", "layers 0 to 1", "layers 2 to 3", "final norm"),
        inspection.layers().stream().map(ParameterGroup::name).toList());
    long count = inspection.layers().stream().mapToLong(group -> group.statistics().count()).sum();
    assertEquals(inspection.table().elementCount(), count);
  }

  @Test
  void aModelWithoutARunOfItsOwnHasNoKnownStart() throws IOException {
    Inspection golden = inspect(GOLDEN.resolve("train-gpt2"));
    assertEquals(Optional.of("the folder has no training.json"), golden.startUnknown());
    assertTrue(golden.tensors().stream().allMatch(tensor -> tensor.sinceStart().isEmpty()));

    Path first = SmallRun.train(folder.resolve("first"), Map.of());
    Path second = SmallRun.train(folder.resolve("second"), Map.of("from", first.toString()));
    assertEquals(Optional.of("the run began with the weights of " + first), inspect(second).startUnknown());

    Files.writeString(first.resolve("training.json"), "{\"options\":");
    String damaged = inspect(first).startUnknown().orElseThrow();
    assertTrue(damaged.startsWith(first.resolve("training.json") + " is not valid JSON") && !damaged.endsWith("."), damaged);
    Files.writeString(first.resolve("training.json"), "{\"step\":4,\"options\":{\"lr\":\"x\"}}");
    assertEquals(Optional.of("the options in training.json are damaged"), inspect(first).startUnknown());
  }

  @Test
  void theRecordOfAnotherModelIsNotBelieved() throws IOException {
    Path run = SmallRun.train(folder.resolve("run"), Map.of());
    Path other = SmallRun.train(folder.resolve("other"), Map.of("layers", 1));
    Files.delete(run.resolve("training.json"));
    Files.copy(other.resolve("training.json"), run.resolve("training.json"));
    assertEquals(Optional.of("training.json is that of another model"), inspect(run).startUnknown());
  }

  @Test
  void everyHyperparameterOfAModelIsNamed() {
    Map<String, Object> values = Hyperparameters.of(ModelConfig.llama(37, 11, 24, 5, 4, 2));
    assertEquals(ModelConfig.class.getRecordComponents().length + 1, values.size());
    assertEquals(37, values.get("vocabulary_size"));
    assertEquals("rotary, theta 10000.0", values.get("positions"));
    assertEquals(1e-5, values.get("norm_epsilon"));
    assertEquals("rms norm", values.get("norm"));
  }
}
