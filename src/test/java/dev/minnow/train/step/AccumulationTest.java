package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step of several passes is the step of one large batch, but for the order in which its gradients are added. */
class AccumulationTest {
  private static final ModelConfig MODEL = ModelConfig.gpt2(97, 24, 32, 2, 2);

  @TempDir
  private Path folder;

  private TrainingWindows windows(TokenFile tokens) {
    return new TrainingWindows(tokens, MODEL.contextLength(), 5);
  }

  private TokenFile tokens() {
    Path file = folder.resolve("tokens");
    Random random = new Random(2);
    try (TokenFileWriter writer = new TokenFileWriter(file, MODEL.vocabularySize(), "0".repeat(64))) {
      for (int i = 0; i < 2000; i++) {
        writer.append(random.nextInt(MODEL.vocabularySize()));
      }
      writer.finish();
    }
    return TokenFile.open(file);
  }

  /** The loss and the gradients of a first step. */
  private static double step(Kernel kernel, TrainingWindows windows, int batch, int accumulate, Map<String, float[]> gradients) {
    TrainingOptions options =
        RunOptions.create(Preset.NANO, Map.of("batch", batch, "accumulate", accumulate, "label-smoothing", 0.1)).withSteps(10).training();
    try (ParameterSet parameters = ParameterSet.initialized(new ParameterTable(MODEL), 3);
        Trainer trainer = new Trainer(kernel, options, windows, parameters)) {
      double loss = trainer.step().loss();
      trainer.gradients().byName().forEach((name, gradient) -> gradients.put(name, gradient.toFloats()));
      return loss;
    }
  }

  @ParameterizedTest
  @EnumSource
  void accumulatedGradientsAreThoseOfTheLargeBatch(KernelChoice choice) {
    Map<String, float[]> large = new LinkedHashMap<>();
    Map<String, float[]> accumulated = new LinkedHashMap<>();
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2); TokenFile tokens = tokens()) {
      double loss = step(kernel, windows(tokens), 12, 1, large);
      assertEquals(loss, step(kernel, windows(tokens), 3, 4, accumulated), 1e-6 * loss);
      large.forEach(
          (name, expected) -> {
            // A constant on all scores of a row changes no softmax: this gradient is rounding alone.
            if (name.endsWith("attn.key.bias")) {
              return;
            }
            double difference = 0;
            double norm = 0;
            for (int i = 0; i < expected.length; i++) {
              difference += Math.pow(expected[i] - (double) accumulated.get(name)[i], 2);
              norm += (double) expected[i] * expected[i];
            }
            double relative = Math.sqrt(difference / norm);
            assertTrue(relative <= 1e-6, () -> kernel.name() + ", " + name + " differs by " + relative);
          });
    }
  }
}
