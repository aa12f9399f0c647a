package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterKind;
import dev.minnow.train.Evaluation;
import dev.minnow.train.KindMeasure;
import dev.minnow.train.Preset;
import dev.minnow.train.RunSummary;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class MetricsLogTest {
  @TempDir
  private Path folder;

  private static RunSummary summary() {
    TrainingOptions options = RunOptions.create(Preset.NANO, Map.of()).withSteps(9).training();
    return new RunSummary(ModelConfig.gpt2(100, 8, 16, 2, 2), 12_345, 1000, 0, 4, options);
  }

  private JsonNode only(Path file) throws IOException {
    assertEquals(1, Files.readAllLines(file).size());
    return new JsonMapper().readTree(Files.readString(file));
  }

  @Test
  void aStartTellsWhatRunsAndWhatItCanDoAtMost() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1)) {
      new MetricsLog(file, kernel).started(summary());
      JsonNode line = only(file);
      assertEquals("start", line.get("event").textValue());
      assertEquals(9, line.get("steps").intValue());
      assertEquals(4, line.get("step").intValue());
      assertEquals(kernel.name(), line.get("kernel").textValue());
      assertEquals(1, line.get("threads").intValue());
      // No core of today does less than one or more than ten thousand billion operations in a second.
      double peak = line.get("peak_gigaflops").doubleValue();
      assertTrue(peak > 1 && peak < 1e4, "peak of " + peak + " gigaflops");
    }
  }

  @Test
  void arithmeticIsCountedAsTheFormulaSays() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      new MetricsLog(file, kernel).started(summary());
    }
    // 6 x (12 L C^2 + V C) + 6 L T C
    assertEquals(6 * (12 * 2 * 16 * 16 + 100 * 16) + 6 * 2 * 8 * 16, only(file).get("flops_per_token").intValue());
  }

  @Test
  void aFolderThatIsRemovedIsToldOnceAndTheLogGoesOnWhenItIsThereAgain() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Path file = run.resolve("metrics.jsonl");
    List<String> warnings = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord entry) {
        warnings.add(entry.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    Logger logger = Logger.getLogger(MetricsLog.class.getName());
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      MetricsLog log = new MetricsLog(file, kernel);
      log.saved(1, run);
      Files.delete(file);
      Files.delete(run);
      log.saved(2, run);
      log.saved(3, run);
      assertFalse(Files.exists(run), "the folder is the save's to make");
      Files.createDirectory(run);
      Files.writeString(file, "half a li");
      log.saved(4, run);
      log.saved(5, run);
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    assertEquals("""
        half a li
        {"event":"save","step":4}
        {"event":"save","step":5}
        """, Files.readString(file));
    assertEquals(
        List.of(
            "Metrics cannot be written to " + file + " (there is no " + file + "); the run goes on and writes them again once it can."),
        warnings);
  }

  @Test
  void whatIsNotFiniteIsNull() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      MetricsLog log = new MetricsLog(file, kernel);
      double nan = Double.NaN;
      double infinite = Double.POSITIVE_INFINITY;
      log.stepped(new StepReport(1, nan, infinite, nan, 8, 0, null));
      log.skipped(new StepReport(2, nan, 1e-3, infinite, 8, 0.1, "odd"));
      log.wentBack(3, 0, nan);
      log.measured(4, Map.of(ParameterKind.BIAS, new KindMeasure(infinite, nan)));
      log.evaluated(5, new Evaluation(10, nan, infinite), false);
      log.overfitted(new EvaluatedStep(6, nan, infinite), nan, 0);
      for (TrainingResult.End end : TrainingResult.End.values()) {
        log.ended(new TrainingResult(7, 8, nan, Optional.empty(), Optional.empty(), nan, end));
      }
      log.failed(8, "It does not hold.");
    }
    assertEquals(
        """
            {"event":"step","step":1,"loss":null,"learning_rate":null,"gradient_norm":null,"tokens_per_second":null}
            {"event":"skip","step":2,"reason":"odd","loss":null,"gradient_norm":null}
            {"event":"rollback","step":3,"to":0,"learning_rate_factor":null}
            {"event":"measure","step":4,"gradient_norm":{"bias":null},"update_ratio":{"bias":null}}
            {"event":"evaluation","step":5,"validation_loss":null,"bits_per_byte":null,"best":false}
            {"event":"overfit","step":6,"training_loss_between_evaluations":null,\
            "validation_loss":null,"best_validation_loss":null,"best_step":0}
            {"event":"end","step":7,"how":"finished"}
            {"event":"end","step":7,"how":"patience"}
            {"event":"end","step":7,"how":"stopped"}
            {"event":"end","step":8,"how":"failed","reason":"It does not hold."}
            """,
        Files.readString(file));
  }
}
