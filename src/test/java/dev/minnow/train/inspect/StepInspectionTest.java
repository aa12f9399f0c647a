package dev.minnow.train.inspect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.LanguageModel;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.Precision;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ParameterKind;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingException;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepInspectionTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir
  private Path folder;

  private static StepInspection step(Path model, int threads, int[] ids, StepSettings settings) {
    try (LoadedModel loaded = ModelFiles.load(model); Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, threads)) {
      return StepInspection.of(kernel, loaded, ids, settings);
    }
  }

  private static StepSettings sgd(double rate) {
    RunOptions options =
        RunOptions.create(
            Preset.TINY,
            Map.of("lr", rate, "optimizer", OptimizerChoice.SGD.toString(), "weight-decay", 0, "clip", 0, "warmup", 0));
    return new StepSettings(options.withSteps(1).training(), 1, 1, rate, Optional.empty());
  }

  private static int[] ids(int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = i * i % 31;
    }
    return ids;
  }

  /** The code that generates, with its cache of keys and values, gives the same probabilities as that which trains. */
  @ParameterizedTest
  @CsvSource({"train-gpt2, 2", "train-gpt2, 5", "train-llama, 5", "train-llama, 40", "train-gpt2, 40"})
  void theLossBeforeIsThatOfTheModelThatGenerates(String model, int count) throws IOException {
    int[] ids = ids(count);
    StepInspection step = step(GOLDEN.resolve(model), 1, ids, sgd(1e-3));
    double nats = 0;
    try (LanguageModel generating = LanguageModel.open(GOLDEN.resolve(model), KernelChoice.SCALAR, 1, Precision.FP32)) {
      int length = Math.min(generating.config().contextLength(), count - 1);
      assertEquals((count - 1) / length, step.windows());
      assertEquals(step.windows() * length, step.tokens());
      for (int window = 0; window < step.windows(); window++) {
        float[] scores = generating.score(Arrays.copyOfRange(ids, window * length, (window + 1) * length + 1));
        for (int i = scores.length - length; i < scores.length; i++) {
          nats -= scores[i];
        }
      }
    }
    assertEquals(nats / step.tokens(), step.lossBefore(), 1e-4);
  }

  /** A small step along the gradient lowers the loss by rate x its squared norm, to first order. */
  @ParameterizedTest
  @ValueSource(strings = {"train-gpt2", "train-llama"})
  void aSmallStepDoesWhatTheGradientPromises(String model) {
    double rate = 1e-3;
    StepInspection step = step(GOLDEN.resolve(model), 1, ids(40), sgd(rate));
    double promised = rate * step.gradientNorm() * step.gradientNorm();
    assertEquals(-promised, step.lossAfter() - step.lossBefore(), 0.05 * promised);
    double squares = 0;
    for (ParameterStep parameter : step.parameters()) {
      squares += parameter.gradientNorm() * parameter.gradientNorm();
      double expected = rate * parameter.gradientNorm();
      // The parameters' own rounding of 2^-24 is a part of so small an update.
      assertEquals(expected, parameter.updateNorm(), 1e-3 * expected + 1e-7 * parameter.weightNorm(), parameter.parameter().name());
      assertEquals(parameter.updateNorm() / parameter.weightNorm(), parameter.updateRatio(), parameter.parameter().name());
    }
    assertEquals(step.gradientNorm(), Math.sqrt(squares), 1e-6 * step.gradientNorm());
  }

  @Test
  void aModelWithoutARunTakesTheFirstStepOfAdamW() {
    Path model = GOLDEN.resolve("train-llama");
    StepSettings settings = StepSettings.of(RunRecord.read(model), OptionalDouble.empty());
    assertEquals(1e-4, settings.learningRate());
    StepInspection step = step(model, 1, ids(12), settings);
    for (ParameterStep parameter : step.parameters()) {
      if (parameter.parameter().kind() == ParameterKind.NORM_SCALE) {
        double expected = 1e-4 * Math.sqrt((double) parameter.parameter().elementCount());
        assertEquals(expected, parameter.updateNorm(), 0.01 * expected, parameter.parameter().name());
      }
    }
    assertTrue(step.lossAfter() < step.lossBefore());
    assertEquals(0.5, StepSettings.of(RunRecord.read(model), OptionalDouble.of(0.5)).learningRate());
    assertThrows(IllegalArgumentException.class, () -> StepSettings.of(RunRecord.read(model), OptionalDouble.of(Double.NaN)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "sgd", "muon"})
  void aRunGoesOnWithItsMomentsAndItsRateAndNothingIsTouched(String optimizer) throws IOException {
    Path model =
        SmallRun.train(folder.resolve("run"), Map.of("steps", 5, "optimizer", optimizer, "schedule", "linear", "min-lr", 1e-4));
    Map<String, String> before = files(model);
    StepSettings settings = StepSettings.of(RunRecord.read(model), OptionalDouble.empty());
    assertEquals(6, settings.step());
    assertEquals(1e-4, settings.learningRate(), 1e-12, "the rate stays at the schedule's last");
    StepInspection going = step(model, 1, ids(30), settings);
    StepInspection fresh = step(model, 1, ids(30), new StepSettings(settings.options(), 1, 1, settings.learningRate(), Optional.empty()));
    assertEquals(fresh.lossBefore(), going.lossBefore());
    assertEquals(fresh.gradientNorm(), going.gradientNorm());
    assertFalse(fresh.lossAfter() == going.lossAfter(), "moments make no difference");
    assertEquals(going, step(model, 2, ids(30), settings), "two threads give other numbers");
    assertEquals(before, files(model));
  }

  @Test
  void stepsThatWereSkippedMadeNoUpdate() throws IOException {
    Path model = SmallRun.train(folder.resolve("run"), Map.of("steps", 5));
    Path state = model.resolve("training.json");
    String skipped = Files.readString(state).replaceFirst("\"skipped\"\\s*:\\s*0", "\"skipped\":3");
    Files.delete(state);
    Files.writeString(state, skipped);
    StepSettings settings = StepSettings.of(RunRecord.read(model), OptionalDouble.empty());
    assertEquals(6, settings.step());
    assertEquals(3, settings.update());
    StepInspection step = step(model, 1, ids(30), settings);
    StepInspection sixth =
        step(model, 1, ids(30), new StepSettings(settings.options(), 6, 6, settings.learningRate(), settings.moments()));
    assertFalse(step.lossAfter() == sixth.lossAfter(), "the update's number makes no difference");
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        found.put(file.toString(), Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return found;
  }

  @Test
  void theLoadedModelStaysAsItIs() {
    try (LoadedModel model = ModelFiles.load(GOLDEN.resolve("train-gpt2"));
        Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      float[] before = model.parameters().tensor(0).toFloats();
      StepInspection.of(kernel, model, ids(9), sgd(1));
      assertArrayEquals(before, model.parameters().tensor(0).toFloats());
    }
  }

  @Test
  void tooShortATextAndUnknownTokensAreRefused() {
    Path model = GOLDEN.resolve("train-gpt2");
    for (int[] ids : new int[][] {{}, {1}, {1, 1 << 20}, {1, -1}}) {
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> step(model, 1, ids, sgd(1)));
      assertTrue(e.getMessage().endsWith("."), e.getMessage());
    }
    try (LoadedModel loaded = ModelFiles.load(model); Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      assertThrows(TrainingException.class, () -> StepInspection.of(kernel, loaded, "text", sgd(1)), "without a tokenizer");
    }
  }
}
