package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.report.RunLogs;
import dev.minnow.train.step.StepGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run whose numbers go wrong: it ends with a finite loss, and says what happened. */
class SteadinessTest {
  private static final double UNTRAINED = Math.log(256);

  @TempDir
  private Path temporary;

  private Path corpus;

  private static final class Events implements TrainingListener {
    final List<Double> losses = new ArrayList<>();
    final List<Long> skipped = new ArrayList<>();
    final List<String> objections = new ArrayList<>();
    final List<Long> returns = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<String> notices = new ArrayList<>();
    final List<Long> samples = new ArrayList<>();
    double rateFactor = 1;

    @Override
    public void noticed(String sentence) {
      notices.add(sentence);
    }

    @Override
    public void sampled(long step, String text) {
      samples.add(step);
    }

    @Override
    public void failed(long step, String reason) {
      failures.add(reason);
    }

    @Override
    public void stepped(StepReport report) {
      losses.add(report.loss());
    }

    @Override
    public void skipped(StepReport report) {
      skipped.add(report.step());
      objections.add(report.objection());
    }

    @Override
    public void wentBack(long step, long to, double factor) {
      returns.add(to);
      rateFactor = factor;
    }
  }

  @BeforeEach
  void writeCorpus() throws IOException {
    corpus = temporary.resolve("corpus.txt");
    Files.writeString(corpus, FishText.sentences(4000));
  }

  @Test
  void aGradientThatIsNoNumberIsSkipped() throws IOException {
    Events events = new Events();
    TrainingResult result = run("run", Map.of("steps", 40), events, (call, losses, dlogits) -> {
      if (call == 25) {
        dlogits.setFloat(3, Float.NaN);
      }
    });
    assertEquals(List.of(25L), events.skipped);
    assertTrue(events.objections.getFirst().endsWith("and the gradient of wte.weight is not finite"), events.objections.getFirst());
    assertTrue(events.returns.isEmpty());
    requireWhole(result, "run");
    assertTrue(metrics("run").contains("\"event\":\"skip\",\"step\":25"));
    assertTrue(Files.readString(temporary.resolve("run/report.html")).contains("wte.weight is not finite"));
  }

  @Test
  void momentsAreCorrectedByTheUpdatesThatTheyHaveSeen() throws IOException {
    List<AdamWStep> updates = new ArrayList<>();
    FaultyKernel.Fault fault = (call, losses, dlogits) -> {
      if (call == 6) {
        losses.setFloat(0, Float.NaN);
      }
    };
    Map<String, Object> given = Map.of("steps", 20);
    AtomicInteger left = new AtomicInteger(10);
    run("run", given, new Events(), fault, () -> left.decrementAndGet() < 0, (tensors, step) -> updates.add(step));
    assertEquals(9, updates.size());
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 2)) {
      CheckpointFolder folder = new CheckpointFolder(temporary.resolve("run"));
      Kernel recording = FaultyKernel.of(kernel, FaultyKernel.Fault.NONE, (tensors, step) -> updates.add(step));
      new TrainingJob(folder, RunOptions.resumed(folder, Map.of()), RunLength.BY_STEPS, recording, new TrainingListener() {}, () -> false)
          .resume();
    }
    assertEquals(19, updates.size());
    for (int i = 0; i < updates.size(); i++) {
      float beta2 = updates.get(i).beta2();
      assertEquals((float) (1 - Math.pow(beta2, i + 1.0)), updates.get(i).correction2(), 1e-6f, "update " + (i + 1));
    }
  }

  @Test
  void aSpikeOfTheLossIsSkipped() throws IOException {
    Events events = new Events();
    TrainingResult result = run("run", Map.of("steps", 60), events, (call, losses, dlogits) -> {
      if (call == 50) {
        for (long i = 0; i < losses.elementCount(); i++) {
          losses.setFloat(i, 12);
        }
      }
    });
    assertEquals(List.of(50L), events.skipped);
    assertTrue(events.objections.getFirst().startsWith("its loss of 12"), events.objections.getFirst());
    requireWhole(result, "run");
  }

  @Test
  void aSaveThatIsDueOnARefusedStepComesAfterIt() throws IOException {
    Events events = new Events();
    Map<String, Object> given = Map.of("steps", 50, "save-every", 20, "eval-every", 0, "sample-every", 0, "keep", 9);
    run("run", given, events, (call, losses, dlogits) -> {
      if (call == 20 || call == 21) {
        losses.setFloat(0, Float.NaN);
      }
    });
    assertEquals(List.of(20L, 21L), events.skipped);
    assertEquals(Set.of(22L, 40L, 50L), new CheckpointFolder(temporary.resolve("run")).saves().keySet());
  }

  @Test
  void afterSeveralBadStepsTheRunGoesBackToItsSaveWithHalfTheRate() throws IOException {
    Events events = new Events();
    TrainingResult result = run("run", Map.of("steps", 60, "save-every", 10, "eval-every", 0), events, (call, losses, dlogits) -> {
      if (call > 24 && call <= 24 + StepGuard.SEVERAL) {
        losses.setFloat(0, Float.POSITIVE_INFINITY);
      }
    });
    assertEquals(List.of(25L, 26L, 27L, 28L, 29L), events.skipped);
    assertEquals(List.of(20L), events.returns);
    assertEquals(0.5, events.rateFactor);
    requireWhole(result, "run");
    assertTrue(metrics("run").contains("\"event\":\"rollback\",\"step\":29,\"to\":20,\"learning_rate_factor\":0.5"));
  }

  @Test
  void parametersThatAnUpdateRuinedMakeNoSampleAndEndNoRun() throws IOException {
    Events events = new Events();
    AtomicInteger updates = new AtomicInteger();
    FaultyKernel.AfterUpdate ruining = (tensors, step) -> {
      if (updates.incrementAndGet() == 14) {
        tensors.getFirst().parameters().setFloat(0, Float.NaN);
      }
    };
    Map<String, Object> given = Map.of("steps", 30, "save-every", 10, "sample-every", 7, "eval-every", 9);
    TrainingResult result = run("run", given, events, FaultyKernel.Fault.NONE, () -> false, ruining);
    assertEquals(List.of(15L, 16L, 17L, 18L, 19L), events.skipped);
    assertEquals(List.of(10L), events.returns);
    requireWhole(result, "run");
    String unsaid = "There is no sample of step 14: the model's scores are not finite numbers";
    assertTrue(events.notices.getFirst().startsWith(unsaid), events.notices.toString());
    assertEquals(List.of(7L, 14L, 21L, 28L), events.samples);
  }

  @Test
  void aRunThatGoesBackForgetsWhatItSawSinceTheSave() throws IOException {
    Events events = new Events();
    // A rate that changes no loss: no evaluation but the first is the best, and saves.
    Map<String, Object> given = Map.of("steps", 30, "lr", 1e-30, "min-lr", 0.0, "save-every", 8, "eval-every", 5);
    run("run", given, events, (call, losses, dlogits) -> {
      if (call > 23 && call <= 23 + StepGuard.SEVERAL) {
        losses.setFloat(0, Float.POSITIVE_INFINITY);
      }
    });
    assertEquals(List.of(24L, 25L, 26L, 27L, 28L), events.skipped);
    assertEquals(List.of(16L), events.returns);
    List<EvaluatedStep> evaluations;
    try (WholeSave saved = new CheckpointFolder(temporary.resolve("run")).resume()) {
      evaluations = saved.state().evaluations();
    }
    assertEquals(List.of(5L, 10L, 15L, 20L, 25L, 30L), evaluations.stream().map(EvaluatedStep::step).toList());
    // Steps 1 to 23 are before the return, 17 to 30 after it.
    assertEquals(23 + 14, events.losses.size());
    double since = events.losses.get(15) + events.losses.subList(23, 27).stream().mapToDouble(loss -> loss).sum();
    assertEquals(since / 5, evaluations.get(3).trainingLoss(), 1e-12);
  }

  @Test
  void beforeTheFirstSaveItGoesBackToItsBeginning() throws IOException {
    Events events = new Events();
    FaultyKernel.Fault fault = (call, losses, dlogits) -> {
      if (call > 6 && call <= 6 + StepGuard.SEVERAL) {
        losses.setFloat(0, Float.NaN);
      }
    };
    run("faulty", Map.of("steps", 20, "lr", 4e-3, "min-lr", 4e-4, "eval-every", 0, "save-every", 0), events, fault);
    assertEquals(List.of(0L), events.returns);
    run("healthy", Map.of("steps", 20, "lr", 2e-3, "min-lr", 2e-4, "eval-every", 0, "save-every", 0), new Events(),
        FaultyKernel.Fault.NONE);
    assertEquals(-1, Files.mismatch(model("healthy"), model("faulty")), "from its beginning with half the rate it is another run");
  }

  @Test
  void aRateAHundredTimesTooHighComesDown() throws IOException {
    Events events = new Events();
    TrainingResult result = run("run", tooHigh(), events, FaultyKernel.Fault.NONE);
    assertFalse(events.returns.isEmpty());
    assertTrue(events.rateFactor < 1);
    requireWhole(result, "run");
    assertTrue(result.trainLoss() < UNTRAINED - 2, "the model learned which letters are frequent: " + result.trainLoss());
  }

  @Test
  void aTroubledRunThatWasInterruptedHasTheBytesOfOneThatWasNot() throws IOException {
    run("whole", tooHigh(), new Events(), FaultyKernel.Fault.NONE);
    for (int steps : new int[] {37, 61}) {
      String name = "cut" + steps;
      AtomicInteger left = new AtomicInteger(steps);
      run(name, tooHigh(), new Events(), FaultyKernel.Fault.NONE, () -> left.decrementAndGet() < 0);
      try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
        CheckpointFolder folder = new CheckpointFolder(temporary.resolve(name));
        new TrainingJob(folder, RunOptions.resumed(folder, Map.of()), RunLength.BY_STEPS, kernel, new TrainingListener() {}, () -> false)
            .resume();
      }
      for (String file : List.of("model.safetensors", "training.json")) {
        long mismatch = Files.mismatch(temporary.resolve("whole").resolve(file), temporary.resolve(name).resolve(file));
        assertEquals(-1, mismatch, file + ", interrupted after " + steps + " steps");
      }
    }
  }

  @Test
  void aRunThatNeverHoldsEndsWithASentence() {
    Events events = new Events();
    TrainingException ended =
        assertThrows(
            TrainingException.class,
            () -> run("run", Map.of("steps", 500), events, (call, losses, dlogits) -> losses.setFloat(0, Float.NaN)));
    assertTrue(ended.getMessage().endsWith("start again with a lower --lr."), ended.getMessage());
    assertEquals(List.of(ended.getMessage()), events.failures);
  }

  private static Map<String, Object> tooHigh() {
    return Map.of("steps", 150, "lr", 0.5, "warmup", 20, "save-every", 30, "eval-every", 0);
  }

  private void requireWhole(TrainingResult result, String name) throws IOException {
    assertTrue(Double.isFinite(result.trainLoss()), "loss " + result.trainLoss());
    assertTrue(Double.isFinite(result.evaluation().orElseThrow().loss()));
    assertFalse(metrics(name).contains(":NaN"), "JSON has no NaN");
  }

  private String metrics(String name) throws IOException {
    return Files.readString(temporary.resolve(name).resolve("metrics.jsonl"));
  }

  private Path model(String name) {
    return temporary.resolve(name).resolve("model.safetensors");
  }

  private TrainingResult run(String name, Map<String, Object> given, Events events, FaultyKernel.Fault fault) throws IOException {
    return run(name, given, events, fault, () -> false);
  }

  private TrainingResult run(String name, Map<String, Object> given, Events events, FaultyKernel.Fault fault, BooleanSupplier stop)
      throws IOException {
    return run(name, given, events, fault, stop, FaultyKernel.AfterUpdate.NOTHING);
  }

  private TrainingResult run(
      String name, Map<String, Object> given, Events events, FaultyKernel.Fault fault, BooleanSupplier stop,
      FaultyKernel.AfterUpdate after)
      throws IOException {
    Map<String, Object> all =
        new LinkedHashMap<>(
            Map.of(
                "corpus", List.of(corpus.toString()), "layers", 2, "heads", 2, "width", 32, "context", 16, "vocab-size", 256, "batch", 8,
                "lr", 5e-3, "warmup", 5));
    all.putAll(given);
    Path folder = temporary.resolve(name);
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 2)) {
      TrainingListener listener = RunLogs.after(List.of(events), folder, kernel);
      Kernel faulty = FaultyKernel.of(kernel, fault, after);
      RunOptions options = RunOptions.create(Preset.NANO, all);
      return new TrainingJob(new CheckpointFolder(folder), options, RunLength.BY_STEPS, faulty, listener, stop)
          .start();
    }
  }
}
