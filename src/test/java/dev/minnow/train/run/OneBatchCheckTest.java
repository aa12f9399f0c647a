package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.RunSummary;
import dev.minnow.train.Schedule;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that works learns one batch by heart; one that cannot says so. */
class OneBatchCheckTest {
  @TempDir
  private Path temporary;

  /** Text without any order, so that a loss far below its entropy, ln 26, is knowledge of these very letters. */
  private RunOptions options(Map<String, Object> given) throws IOException {
    Path corpus = temporary.resolve("corpus.txt");
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    Files.writeString(corpus, text);
    Map<String, Object> all =
        new LinkedHashMap<>(
            Map.of(
                "corpus", List.of(corpus.toString()), "layers", 2, "heads", 2, "width", 32, "context", 16, "vocab-size", 256, "batch", 4,
                "lr", 1e-2));
    all.putAll(given);
    return RunOptions.create(Preset.NANO, all);
  }

  private static OneBatchCheck run(RunOptions options, TrainingListener listener) throws IOException {
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 2)) {
      return OneBatchCheck.run(kernel, options, listener, () -> false);
    }
  }

  @Test
  void aBatchIsLearnedByHeartWhateverTheRunHasAgainstIt() throws IOException {
    TrainingOptions[] used = new TrainingOptions[1];
    OneBatchCheck check =
        run(options(Map.of("dropout", 0.5, "label-smoothing", 0.3, "weight-decay", 1.0, "ema", 0.9)), new TrainingListener() {
          @Override
          public void started(RunSummary summary) {
            used[0] = summary.options();
          }
        });
    assertEquals(Schedule.CONSTANT, used[0].schedule());
    assertEquals(10, used[0].warmup());
    assertEquals(
        List.of(0.0, 0.0, 0.0, 0.0), List.of(used[0].dropout(), used[0].labelSmoothing(), used[0].weightDecay(), used[0].average()));
    assertTrue(check.isPassed(), check.toString());
    assertTrue(check.steps() < 1000, check.toString());
    assertEquals(Math.log(256), check.firstLoss(), 0.1);
    assertTrue(check.lastLoss() < Math.log(26) / 5, check.toString());
  }

  @Test
  void aModelThatHardlyMovesIsFoundOut() throws IOException {
    long[] steps = new long[1];
    OneBatchCheck check = run(options(Map.of("lr", 1e-6)), new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        steps[0]++;
      }
    });
    assertFalse(check.isPassed(), check.toString());
    assertEquals(1000, check.steps());
    assertEquals(1000, steps[0]);
  }

  @Test
  void aModelThatDivergesIsNotComputedToTheEnd() throws IOException {
    OneBatchCheck check = run(options(Map.of("lr", 10.0)), new TrainingListener() {});
    assertFalse(check.isPassed(), check.toString());
    assertTrue(check.steps() < 100, check.toString());
  }

  @Test
  void weightsFromElsewhereAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> run(options(Map.of("from", "somewhere")), new TrainingListener() {}));
  }
}
