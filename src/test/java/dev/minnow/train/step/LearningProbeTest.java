package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.Architecture;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.train.KindMeasure;
import dev.minnow.train.Preset;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.RunLength;
import dev.minnow.train.run.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of each kind of parameter agrees with what it says of all, and with AdamW's formula. */
class LearningProbeTest {
  @TempDir
  private Path temporary;

  private static final class Heard implements TrainingListener {
    private final List<StepReport> steps = new ArrayList<>();
    private final Map<Long, Map<ParameterKind, KindMeasure>> measures = new HashMap<>();

    @Override
    public void stepped(StepReport report) {
      steps.add(report);
    }

    @Override
    public void measured(long step, Map<ParameterKind, KindMeasure> of) {
      measures.put(step, of);
    }
  }

  private Heard train(int steps) throws IOException {
    return train(steps, Map.of("heads", 2, "width", 16));
  }

  private Heard train(int steps, Map<String, Object> shape) throws IOException {
    Random random = new Random(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6000; i++) {
      text.append((char) ('a' + random.nextInt(1 + i % 20)));
    }
    Path corpus = Files.writeString(temporary.resolve("corpus.txt"), text);
    Map<String, Object> given = new HashMap<>(Map.of("corpus", List.of(corpus.toString()), "steps", steps, "warmup", 1, "lr", 1e-3));
    given.putAll(Map.of("layers", 1, "context", 8, "vocab-size", 256, "batch", 2, "eval-every", steps));
    given.putAll(shape);
    Heard heard = new Heard();
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      CheckpointFolder folder = new CheckpointFolder(temporary.resolve("run"));
      new TrainingJob(folder, RunOptions.create(Preset.NANO, given), RunLength.BY_STEPS, kernel, heard, () -> false).start();
    }
    return heard;
  }

  @Test
  void theGradientsOfAllKindsTogetherAreTheGradient() throws IOException {
    Heard heard = train(5);
    assertEquals(5, heard.measures.size());
    for (StepReport report : heard.steps) {
      double squares = 0;
      for (KindMeasure measure : heard.measures.get(report.step()).values()) {
        squares += measure.gradientNorm() * measure.gradientNorm();
      }
      assertEquals(report.gradientNorm(), Math.sqrt(squares), 1e-6 * report.gradientNorm(), "step " + report.step());
    }
  }

  @Test
  void theFirstUpdateOfAdamWIsTheLearningRateForEachElement() throws IOException {
    Heard heard = train(1);
    double rate = heard.steps.getFirst().learningRate();
    assertTrue(rate > 0);
    // Scales begin as 1 and do not decay.
    assertEquals(rate, heard.measures.get(1L).get(ParameterKind.NORM_SCALE).updateRatio(), 0.02 * rate);
    assertEquals(0, heard.measures.get(1L).get(ParameterKind.BIAS).updateRatio(), "biases begin as 0");
  }

  /** Rows of 128 numbers: elements at equal distances would be of one or a few columns of the embedding. */
  @Test
  void theRatioOfUpdatesIsThatOfWholeTensors() throws IOException {
    Heard heard = train(12, Map.of("heads", 4, "width", 128, "arch", Architecture.LLAMA, "batch", 4, "save-every", 1, "keep", 99));
    CheckpointFolder folder = new CheckpointFolder(temporary.resolve("run"));
    for (long step = 2; step <= 12; step++) {
      try (WholeSave before = folder.resume(step - 1); WholeSave after = folder.resume(step)) {
        for (Map.Entry<ParameterKind, KindMeasure> measured : heard.measures.get(step).entrySet()) {
          double ratio = updateRatio(measured.getKey(), before.model().parameters(), after.model().parameters());
          assertEquals(ratio, measured.getValue().updateRatio(), 0.1 * ratio, "step " + step + ", " + measured.getKey());
        }
      }
    }
  }

  private static double updateRatio(ParameterKind kind, ParameterSet before, ParameterSet after) {
    double updates = 0;
    double weights = 0;
    List<Parameter> table = before.table().parameters();
    for (int i = 0; i < table.size(); i++) {
      for (long element = 0; table.get(i).kind() == kind && element < table.get(i).elementCount(); element++) {
        double weight = before.tensor(i).getFloat(element);
        double update = after.tensor(i).getFloat(element) - weight;
        updates += update * update;
        weights += weight * weight;
      }
    }
    return Math.sqrt(updates / weights);
  }

  @Test
  void aLongRunIsLookedAtNowAndThen() throws IOException {
    assertEquals(200, train(600).measures.size(), "every third of 600 steps");
  }
}
