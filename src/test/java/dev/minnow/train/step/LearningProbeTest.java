package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ParameterKind;
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
    Random random = new Random(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6000; i++) {
      text.append((char) ('a' + random.nextInt(1 + i % 20)));
    }
    Path corpus = Files.writeString(temporary.resolve("corpus.txt"), text);
    Map<String, Object> given = new HashMap<>(Map.of("corpus", List.of(corpus.toString()), "steps", steps, "warmup", 1, "lr", 1e-3));
    given.putAll(Map.of("layers", 1, "heads", 2, "width", 16, "context", 8, "vocab-size", 256, "batch", 2, "eval-every", steps));
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

  @Test
  void aLongRunIsLookedAtNowAndThen() throws IOException {
    assertEquals(200, train(600).measures.size(), "every third of 600 steps");
  }
}
