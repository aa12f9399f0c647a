package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.model.InitializationScheme;
import dev.minnow.train.Evaluation;
import dev.minnow.train.Schedule;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.step.StepGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is interrupted goes back to where it would have gone back without, and comes to the same bytes. */
class ReturnPointTest {
  private static final List<String> FILES = List.of("model.safetensors", "optimizer.safetensors", "training.json");

  /** Saves of steps 10, 20 and 30. */
  private static final Map<String, Object> OFTEN = Map.of("steps", 30, "save-every", 10, "eval-every", 0, "keep", 1);

  /** A save at the end alone. */
  private static final Map<String, Object> ONCE = Map.of("steps", 30, "save-every", 0, "eval-every", 0);

  @TempDir
  private Path temporary;

  private SmallRuns runs;

  private static class Events implements TrainingListener {
    final List<Long> returns = new ArrayList<>();
    final List<String> notices = new ArrayList<>();

    @Override
    public void wentBack(long step, long to, double factor) {
      returns.add(to);
    }

    @Override
    public void noticed(String sentence) {
      notices.add(sentence);
    }
  }

  @BeforeEach
  void writeCorpus() throws IOException {
    runs = new SmallRuns(temporary);
  }

  /** The update of step 14 leaves parameters that no later step can do anything with. */
  private static FaultyKernel.AfterUpdate ruining() {
    AtomicInteger updates = new AtomicInteger();
    return (tensors, step) -> {
      if (updates.incrementAndGet() == 14) {
        tensors.getFirst().parameters().setFloat(0, Float.NaN);
      }
    };
  }

  /** Of a process, several steps from this one on have no number for a loss. */
  private static FaultyKernel.Fault troubleFrom(int step) {
    return (call, losses, dlogits) -> {
      if (call >= step && call < step + StepGuard.SEVERAL) {
        losses.setFloat(0, Float.NaN);
      }
    };
  }

  /** Starts a run whose parameters are ruined, stopped after some steps where that is above 0. */
  private Events startRuined(String name, int steps) throws IOException {
    Events events = new Events();
    runs.start(name, OFTEN, FaultyKernel.Fault.NONE, ruining(), events, steps > 0 ? SmallRuns.after(steps) : SmallRuns.never());
    return events;
  }

  /** Starts a run with trouble, to its end. */
  private Events startTroubled(String name, Map<String, Object> given, int from) throws IOException {
    Events events = new Events();
    runs.start(name, given, troubleFrom(from), FaultyKernel.AfterUpdate.NOTHING, events, SmallRuns.never());
    return events;
  }

  /** Resumes a run, with trouble from the next step of this number on, to its end. */
  private Events resumeTroubled(String name, int from) throws IOException {
    Events events = new Events();
    runs.resume(name, Map.of(), troubleFrom(from), events, SmallRuns.never());
    return events;
  }

  /** The folder of a run to begin from. */
  private Path origin() throws IOException {
    runs.start("origin", ONCE, SmallRuns.after(3));
    return runs.folder("origin");
  }

  /** Starts a run with the weights of another, stopped after some steps. */
  private void startFromOrigin() throws IOException {
    Map<String, Object> given = new LinkedHashMap<>(ONCE);
    given.put("from", origin());
    runs.start("run", given, SmallRuns.after(12));
  }

  private void requireSame(String expected, String actual) throws IOException {
    for (String file : FILES) {
      long mismatch = Files.mismatch(runs.folder(expected).resolve(file), runs.folder(actual).resolve(file));
      assertEquals(-1, mismatch, "first byte that differs of " + file);
    }
  }

  @Test
  void oneInterruptedBetweenRefusedStepsGoesBackBehindThem() throws IOException {
    assertEquals(List.of(10L), startRuined("whole", 0).returns);
    startRuined("cut", 16);
    assertEquals(Set.of(10L, 16L), runs.saves("cut"));
    Events resumed = new Events();
    runs.resume("cut", Map.of(), FaultyKernel.Fault.NONE, resumed, SmallRuns.never());
    assertEquals(List.of(10L), resumed.returns);
    requireSame("whole", "cut");
    assertEquals(Set.of(30L), runs.saves("cut"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 6, 9})
  void oneInterruptedAgainAfterItWentBackGoesOnFromThere(int steps) throws IOException {
    startRuined("whole", 0);
    startRuined("cut", 16);
    Events resumed = new Events();
    // After steps 17, 18 and 19 it is back at 10.
    runs.resume("cut", Map.of(), FaultyKernel.Fault.NONE, resumed, SmallRuns.after(3 + steps));
    assertEquals(List.of(10L), resumed.returns);
    assertEquals(new TreeSet<>(List.of(10L, 10L + steps)), runs.saves("cut"));
    assertEquals(10 + steps, runs.resume("cut", Map.of(), FaultyKernel.Fault.NONE, resumed, () -> true).steps());
    runs.resume("cut", Map.of(), FaultyKernel.Fault.NONE, resumed, SmallRuns.never());
    assertEquals(List.of(10L), resumed.returns);
    requireSame("whole", "cut");
  }

  @Test
  void oneInterruptedInGoodHealthGoesBackToItsSaveBefore() throws IOException {
    assertEquals(List.of(20L), startTroubled("whole", OFTEN, 25).returns);
    runs.start("cut", OFTEN, SmallRuns.after(22));
    runs.resume("cut", Map.of(), FaultyKernel.Fault.NONE, new Events(), SmallRuns.after(1));
    assertEquals(List.of(20L), resumeTroubled("cut", 2).returns);
    requireSame("whole", "cut");
  }

  @Test
  void theBestSaveIsOneToGoBackTo() throws IOException {
    Map<String, Object> given = Map.of("steps", 30, "save-every", 40, "eval-every", 7, "keep", 1);
    assertEquals(List.of(7L), startTroubled("whole", given, 9).returns);
    runs.start("cut", given, SmallRuns.after(8));
    assertEquals(List.of(7L), resumeTroubled("cut", 1).returns);
    requireSame("whole", "cut");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneWithoutSuchASaveGoesBackToItsBeginning(boolean fresh) throws IOException {
    Map<String, Object> given = new LinkedHashMap<>(ONCE);
    given.put("ema", 0.9);
    if (fresh) {
      given.put("init", InitializationScheme.HE_NORMAL);
    } else {
      given.put("from", origin());
    }
    assertEquals(List.of(0L), startTroubled("whole", given, 15).returns);
    runs.start("cut", given, SmallRuns.after(12));
    assertEquals(List.of(0L), resumeTroubled("cut", 3).returns);
    requireSame("whole", "cut");
    assertEquals(Set.of(30L), runs.saves("cut"));
  }

  @Test
  void theSaveAtTheEndOfAShorterRunIsNoneToGoBackTo() throws IOException {
    Map<String, Object> given = new LinkedHashMap<>(OFTEN);
    given.put("schedule", Schedule.CONSTANT);
    given.put("validation", 0.0);
    assertEquals(List.of(10L), startTroubled("whole", given, 17).returns);
    given.put("steps", 15);
    runs.start("parts", given, SmallRuns.never());
    Events events = new Events();
    runs.resume("parts", Map.of("steps", 30), troubleFrom(2), events, SmallRuns.never());
    assertEquals(List.of(10L), events.returns);
    requireSame("whole", "parts");
  }

  @Test
  void theBestSaveAtTheEndOfAShorterRunIsNoneToGoBackTo() throws IOException {
    Map<String, Object> given =
        new LinkedHashMap<>(Map.of("steps", 30, "save-every", 0, "eval-every", 4, "keep", 1, "schedule", Schedule.CONSTANT));
    assertEquals(List.of(12L), startTroubled("whole", given, 16).returns);
    given.put("steps", 15);
    assertEquals(15, runs.start("parts", given, SmallRuns.never()).best().orElseThrow().step());
    Events events = new Events();
    runs.resume("parts", Map.of("steps", 30), troubleFrom(1), events, SmallRuns.never());
    assertEquals(List.of(12L), events.returns);
    requireSame("whole", "parts");
  }

  /** The average of the weights goes on after refused steps, and may be the best there. */
  @Test
  void theBestSaveBetweenRefusedStepsIsNoneToGoBackTo() throws IOException {
    Map<String, Object> given =
        Map.of("steps", 30, "save-every", 0, "eval-every", 5, "keep", 1, "schedule", Schedule.CONSTANT, "ema", 0.9);
    List<Long> better = new ArrayList<>();
    Events events = new Events() {
      @Override
      public void evaluated(long step, Evaluation evaluation, boolean best) {
        if (best) {
          better.add(step);
        }
      }
    };
    runs.start("run", given, troubleFrom(14), FaultyKernel.AfterUpdate.NOTHING, events, SmallRuns.never());
    assertEquals(List.of(5L, 10L, 15L), better.subList(0, 3));
    assertEquals(List.of(10L), events.returns);
  }

  @Test
  void whereTheWeightsOfTheBeginningAreGoneThatIsTheFailure() throws IOException {
    startFromOrigin();
    Files.move(runs.folder("origin"), runs.folder("moved"));
    String message = assertThrows(TrainingException.class, () -> resumeTroubled("run", 3)).getMessage();
    assertTrue(message.startsWith("The run is to go back to the weights that it began with. "), message);
    assertTrue(message.contains(runs.folder("origin").toString()), message);
    Files.move(runs.folder("moved"), runs.folder("origin"));
    assertEquals(List.of(0L), resumeTroubled("run", 3).returns);
  }

  @Test
  void whereTheModelOfTheBeginningIsAnotherByNowThatIsTheFailure() throws IOException {
    startFromOrigin();
    runs.resume("origin", Map.of("steps", 31));
    String message = assertThrows(TrainingException.class, () -> resumeTroubled("run", 3)).getMessage();
    assertTrue(message.contains("the model in " + runs.folder("origin") + " has others by now"), message);
  }

  /** Ruined by its last update but one, and by its last. */
  @ParameterizedTest
  @CsvSource({"15, 0.1", "15, 0", "14, 0.1", "14, 0"})
  void aRunDoesNotEndWithParametersThatGiveNoNumbers(int steps, double validation) throws IOException {
    Map<String, Object> given = new LinkedHashMap<>(OFTEN);
    given.putAll(Map.of("steps", steps, "validation", validation));
    Events events = new Events();
    TrainingResult result = runs.start("run", given, FaultyKernel.Fault.NONE, ruining(), events, SmallRuns.never());
    assertEquals(List.of(10L), events.returns);
    assertEquals(steps, result.steps());
    assertTrue(Double.isFinite(result.trainLoss()), result::toString);
    assertEquals(validation > 0, result.evaluation().filter(evaluation -> Double.isFinite(evaluation.loss())).isPresent());
    assertEquals(Set.of(10L, (long) steps), runs.saves("run"));
  }

  @Test
  void aSaveBeforeTheFirstStepThatFailsIsTold() throws IOException {
    runs.start("run", ONCE, SmallRuns.after(3));
    List<String> failures = new ArrayList<>();
    TrainingListener listener = new TrainingListener() {
      @Override
      public void saved(long step, Path folder) {
        throw new IllegalStateException("there is no room");
      }

      @Override
      public void failed(long step, String reason) {
        failures.add(step + " " + reason);
      }
    };
    assertThrows(
        IllegalStateException.class, () -> runs.resume("run", Map.of("steps", 31), FaultyKernel.Fault.NONE, listener, SmallRuns.never()));
    assertEquals(List.of("3 there is no room"), failures);
  }

  /** One refused step, whose batch is at fault. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void aRunWhoseLastStepIsRefusedEndsAsItIs(double validation) throws IOException {
    Map<String, Object> given = new LinkedHashMap<>(OFTEN);
    given.put("validation", validation);
    Events events = new Events();
    FaultyKernel.Fault last = (call, losses, dlogits) -> {
      if (call == 30) {
        losses.setFloat(0, Float.NaN);
      }
    };
    TrainingResult result = runs.start("run", given, last, FaultyKernel.AfterUpdate.NOTHING, events, SmallRuns.never());
    assertEquals(List.of(), events.returns);
    long all = runs.start("whole", given, SmallRuns.never()).tokens();
    assertEquals(all / 30 * 29, result.tokens(), "trained on, of " + all);
  }

  @Test
  void patienceIsNotLostOnParametersThatGiveNoNumbers() throws IOException {
    Map<String, Object> given = Map.of("steps", 30, "save-every", 7, "eval-every", 8, "patience", 1);
    Events events = new Events();
    TrainingResult result = runs.start("run", given, FaultyKernel.Fault.NONE, ruining(), events, SmallRuns.never());
    assertEquals(8L, events.returns.getFirst());
    assertTrue(Double.isFinite(result.evaluation().orElseThrow().loss()), result::toString);
  }

  /** A save of such parameters heals nothing, be they evaluated or not. */
  @ParameterizedTest
  @ValueSource(ints = {7, 11})
  void aSaveOfParametersThatGiveNoNumbersIsNoneToGoBackTo(int evalEvery) throws IOException {
    Map<String, Object> given = Map.of("steps", 30, "save-every", 7, "eval-every", evalEvery, "keep", 5);
    Events events = new Events();
    runs.start("run", given, FaultyKernel.Fault.NONE, ruining(), events, SmallRuns.never());
    assertEquals(List.of(evalEvery == 7 ? 7L : 11L), events.returns);
  }

  @Test
  void aSaveThatDoesNotSayWhereToGoBackIsThatItself() throws IOException {
    runs.start("run", OFTEN, SmallRuns.after(22));
    runs.forget("run", 22, "return_step");
    Events events = resumeTroubled("run", 2);
    assertEquals(List.of(22L), events.returns);
    assertEquals(List.of(), events.notices);
  }

  @Test
  void whereTheSaveToGoBackToIsGoneThatIsTold() throws IOException {
    runs.start("run", OFTEN, SmallRuns.after(22));
    Files.move(runs.folder("run").resolve("steps/000020"), temporary.resolve("elsewhere"));
    FaultyKernel.Fault twice = (call, losses, dlogits) -> {
      troubleFrom(2).spoil(call, losses, dlogits);
      troubleFrom(8).spoil(call, losses, dlogits);
    };
    Events events = new Events();
    runs.resume("run", Map.of(), twice, events, SmallRuns.never());
    assertEquals(List.of(22L, 22L), events.returns);
    assertEquals(
        List.of("The save of step 20, to which the run would go back from steps that are no good, is gone; it would go back to step 22."),
        events.notices);
  }
}
