package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.step.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rehearsed step does all that a step does, its update included, and leaves the parameters bit for bit. */
class RehearsalTest {
  private static final ModelConfig MODEL = ModelConfig.gpt2(61, 16, 32, 2, 2);

  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource
  void parametersStayAndMomentsDoNot(OptimizerChoice optimizer) {
    TrainingOptions options =
        RunOptions.create(Preset.NANO, Map.of("batch", 4, "optimizer", optimizer.toString(), "weight-decay", 0.1)).withSteps(10).training();
    try (TokenFile tokens = tokens();
        Kernel kernel = KernelChoice.of("vector").open(WeightUse.TRAINING, 2);
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(MODEL), 3);
        Trainer trainer = new Trainer(kernel, options, new TrainingWindows(tokens, MODEL.contextLength(), 5), parameters)) {
      Map<String, float[]> before = new LinkedHashMap<>();
      parameters.byName().forEach((name, tensor) -> before.put(name, tensor.toFloats()));
      assertTrue(trainer.rehearse() > 0);
      parameters.byName().forEach((name, tensor) -> assertArrayEquals(before.get(name), tensor.toFloats(), name));
      trainer.memory().forEach((name, tensor) -> assertTrue(hasNonZero(tensor.toFloats()), name + " saw no update"));
    }
  }

  private static boolean hasNonZero(float[] numbers) {
    for (float number : numbers) {
      if (number != 0) {
        return true;
      }
    }
    return false;
  }

  private TokenFile tokens() {
    Path file = folder.resolve("tokens");
    try (TokenFileWriter writer = new TokenFileWriter(file, MODEL.vocabularySize(), "0".repeat(64))) {
      for (int i = 0; i < 600; i++) {
        writer.append(i * i % MODEL.vocabularySize());
      }
      writer.finish();
    }
    return TokenFile.open(file);
  }
}
