package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patience is a number of evaluations, however often there are some before and after a run is resumed. */
class PatienceTest {
  /** A rate that changes no loss, so that the first evaluation stays the best. */
  private static final Map<String, Object> STILL = Map.of("lr", 1e-30, "min-lr", 0.0, "steps", 80);

  @TempDir
  private Path temporary;

  private SmallRuns runs;

  @BeforeEach
  void writeCorpus() throws IOException {
    runs = new SmallRuns(temporary);
  }

  private static void requireEnd(long steps, long best, TrainingResult result) {
    assertEquals(TrainingResult.End.PATIENCE, result.end());
    assertEquals(steps, result.steps());
    assertEquals(best, result.best().orElseThrow().step());
  }

  @Test
  void stepsWithoutAnEvaluationCostNone() throws IOException {
    runs.start("run", STILL, SmallRuns.after(6));
    requireEnd(14, 8, runs.resume("run", Map.of("patience", 3, "eval-every", 2)));
  }

  @Test
  void stepsBeforeEvaluationsBecameMoreFrequentAreNotCountedByThese() throws IOException {
    runs.start("run", STILL, SmallRuns.after(10));
    requireEnd(12, 8, runs.resume("run", Map.of("patience", 1, "steps", 20)));
  }

  @Test
  void evaluationsBeforeTheyBecameRarerCount() throws IOException {
    runs.start("run", STILL, SmallRuns.after(26));
    requireEnd(40, 8, runs.resume("run", Map.of("patience", 3, "eval-every", 20)));
  }

  @Test
  void theEvaluationAtTheEndOfAShorterRunIsOneThatALongerHasNot() throws IOException {
    Map<String, Object> shorter = new LinkedHashMap<>(STILL);
    shorter.putAll(Map.of("steps", 20, "eval-every", 8, "patience", 2));
    runs.start("run", shorter, SmallRuns.never());
    requireEnd(24, 8, runs.resume("run", Map.of("steps", 80)));
  }

  @Test
  void whatASaveDoesNotSayIsCountedFromItsEvaluations() throws IOException {
    runs.start("run", STILL, SmallRuns.after(26));
    runs.forget("run", 26, "evaluations_since_best");
    requireEnd(40, 8, runs.resume("run", Map.of("patience", 3, "eval-every", 20)));
  }
}
