package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.tokenizer.WorkListener;
import dev.minnow.train.Preset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Budgets and choices, on a machine whose speed is made up. */
class TrainingPlannerTest {
  private static final double FLOPS_PER_SECOND = 2e11;

  /** How many times as long a step takes with dropout. */
  private static final double DROPOUT_COST = 1.1;

  private static final Rehearsal REHEARSAL = (options, steps, tokenizer, training, heldOut) -> new Rehearsed(steps, 2.6, 2.4);

  private static Kernel kernel;
  private static CorpusProfile corpus;

  @BeforeAll
  static void profileCorpus() throws IOException {
    kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1);
    byte[] text = words(2 << 20);
    byte[] heldOut = words(100 << 10);
    corpus = CorpusProfile.of(new CorpusSample(text.length, heldOut.length, List.of(text), List.of(text), List.of(heldOut)));
  }

  @AfterAll
  static void closeKernel() {
    kernel.close();
  }

  private static byte[] words(int bytes) {
    Random random = new Random(bytes);
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      int word = (int) Math.abs(random.nextGaussian() * 300);
      text.append(Integer.toString(word * 7919 + 1000, 36)).append(random.nextInt(9) == 0 ? ".\n" : " ");
    }
    return text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
  }

  /** Steps take their arithmetic's time at a fixed rate; what was timed is listed. */
  private static TrainingPlan plan(Budget budget, Preset preset, Map<String, Object> given, List<String> timed) throws IOException {
    return plan(budget, preset, given, timed, REHEARSAL);
  }

  private static TrainingPlan plan(
      Budget budget, Preset preset, Map<String, Object> given, List<String> timed, Rehearsal rehearsal) throws IOException {
    return plan(budget, preset, given, timed, rehearsal, WorkListener.SILENT);
  }

  private static TrainingPlan plan(
      Budget budget, Preset preset, Map<String, Object> given, List<String> timed, Rehearsal rehearsal, WorkListener listener)
      throws IOException {
    SpeedProbe.StepTimer timer =
        (options, seconds) -> {
          var table = new ParameterTable(options.setup().config());
          timed.add(options.setup().layers() + " x " + options.setup().width());
          double tokens = options.withSteps(1).training().windowsPerStep() * (double) options.setup().context();
          double cost = options.withSteps(1).training().dropout() > 0 ? DROPOUT_COST : 1;
          return cost * tokens * TokenCost.flopsPerTrainedToken(table) / FLOPS_PER_SECOND;
        };
    return new TrainingPlanner(kernel, corpus, ScalingLaw.ofMinnow(), budget, (tokenizer, training, held) -> new Pilot.Losses(2.5, 2.2),
        rehearsal, timer).plan(preset, given, listener);
  }

  private static TrainingPlan plan(Budget budget) throws IOException {
    return plan(budget, null, Map.of(), new ArrayList<>());
  }

  @Test
  void largeCorpusLeavesMoreBehindUpToALimit() throws IOException {
    byte[] text = words(64 << 10);
    List<Long> left = new ArrayList<>();
    for (long bytes : List.of(1L << 20, 16L << 20, 32L << 20, 1L << 30)) {
      left.add(CorpusProfile.of(new CorpusSample(bytes, 0, List.of(text), List.of(text), List.of(text))).leftByPreparingBytes());
    }
    assertTrue(left.get(0) < 1 << 20);
    assertEquals(left.get(2), 2 * left.get(1));
    assertEquals(25L << 20, left.get(2));
    assertEquals(left.get(2), left.get(3));
  }

  @Test
  void whatIsTriedIsTold() throws IOException {
    Set<String> heard = new LinkedHashSet<>();
    WorkListener listener = new WorkListener() {
      @Override
      public void working(String what, long done, long total) {
        heard.add(what);
      }
    };
    plan(new Budget(5.0, null, null), null, Map.of(), new ArrayList<>(), REHEARSAL, listener);
    assertEquals(List.of("training a small model; planning takes one to two minutes", "timing steps", "rehearsing the training"),
        List.copyOf(heard));
  }

  @Test
  void severalModelsAreWeighedAndTheLowestExpectedBitsWin() throws IOException {
    TrainingPlan plan = plan(new Budget(5.0, null, null));
    assertTrue(plan.candidates().size() >= 4 && plan.candidates().size() <= 8, plan.candidates().size() + " candidates");
    double lowest = plan.candidates().stream().mapToDouble(candidate -> candidate.outlook().bitsPerByte()).min().orElseThrow();
    assertEquals(lowest, plan.recommended().outlook().bitsPerByte());
    for (Candidate candidate : plan.candidates()) {
      double bytes = corpus.bytesPerToken(candidate.table().config().vocabularySize());
      assertEquals(candidate.outlook().loss(), candidate.outlook().bitsPerByte() * Math.log(2) * bytes, 1e-9);
    }
  }

  /** What a rehearsal finds of the recommended model counts for the others too. */
  @Test
  void rehearsalsCorrectWhatTheLawExpects() throws IOException {
    Budget budget = new Budget(5.0, null, null);
    List<Rehearsed> made = new ArrayList<>();
    TrainingPlan low =
        plan(budget, null, Map.of(), new ArrayList<>(), (options, steps, tokenizer, training, heldOut) -> {
          made.add(new Rehearsed(steps, 2.2, 2.0));
          assertEquals(tokenizer.vocabularySize(), options.setup().vocabularySize());
          return made.getFirst();
        });
    TrainingPlan high =
        plan(budget, null, Map.of(), new ArrayList<>(), (options, steps, tokenizer, training, heldOut) -> new Rehearsed(steps, 3.3, 3.0));
    assertEquals(1, made.size());
    assertEquals(made.getFirst(), low.rehearsed());
    double factor = high.recommended().outlook().bitsPerByte() / low.recommended().outlook().bitsPerByte();
    assertTrue(factor > 1.1 && factor < 1.5, "factor " + factor);
    for (int i = 0; i < low.candidates().size(); i++) {
      assertEquals(factor * low.candidates().get(i).outlook().bitsPerByte(), high.candidates().get(i).outlook().bitsPerByte(), 1e-9);
    }
    assertEquals(low.recommended().table().elementCount(), high.recommended().table().elementCount());
  }

  @Test
  void theTimeIsKept() throws IOException {
    for (double minutes : new double[] {1, 5, 60}) {
      for (Candidate candidate : plan(new Budget(minutes, null, null)).candidates()) {
        double seconds = candidate.length().tokens() * TokenCost.flopsPerTrainedToken(candidate.table()) / FLOPS_PER_SECOND;
        assertTrue(seconds < 60 * minutes, minutes + " minutes: " + seconds + " s of steps");
        assertTrue(candidate.length().minutes() <= minutes);
        assertTrue(candidate.length().epochs() < 8.01, candidate.length().epochs() + " epochs");
        if (candidate.length().whole()) {
          assertTrue(seconds > 60 * minutes * 0.5, minutes + " minutes: " + seconds + " s of steps");
          assertEquals(Map.entry("minutes", (Object) minutes), candidate.length().option());
        } else {
          assertEquals("epochs", candidate.length().option().getKey());
        }
      }
    }
  }

  /** Text that is read often is trained on with dropout, whose time counts. */
  @Test
  void dropoutTakesItsTime() throws IOException {
    TrainingPlan plan = plan(new Budget(60.0, null, null));
    assertEquals(0.1, plan.recommended().given().get("dropout"));
    for (Candidate candidate : plan.candidates()) {
      double cost = candidate.given().containsKey("dropout") ? DROPOUT_COST : 1;
      assertEquals(FLOPS_PER_SECOND / TokenCost.flopsPerTrainedToken(candidate.table()) / cost, candidate.tokensPerSecond(), 1e-3);
    }
    plan(new Budget(60.0, null, null), null, Map.of("dropout", 0.2), new ArrayList<>())
        .candidates()
        .forEach(candidate -> assertEquals(0.2, candidate.given().get("dropout")));
  }

  @Test
  void memoryAndParametersAreKept() throws IOException {
    long memory = 280L << 20;
    TrainingPlan plan = plan(new Budget(5.0, memory, null));
    assertTrue(plan.candidates().stream().allMatch(candidate -> candidate.memory().bytes() <= memory));
    assertFalse(plan.refused().isEmpty());
    TrainingPlan few = plan(new Budget(null, null, 1_000_000L));
    assertTrue(few.candidates().stream().allMatch(candidate -> candidate.table().elementCount() <= 1_000_000));
    // Without a time, as much as is compute-optimal, but no text more often than pays.
    Candidate smallest = few.candidates().getFirst();
    assertEquals(20, smallest.tokensPerParameter(), 0.1);
  }

  @Test
  void whatCannotFitIsRefusedBeforeAnythingRuns() {
    List<String> timed = new ArrayList<>();
    PlanException none = assertThrows(PlanException.class, () -> plan(new Budget(5.0, 1L << 20, null), null, Map.of(), timed));
    assertTrue(
        none.getMessage()
            .matches("Not even the smallest model fits: it takes \\d+ MiB of memory, and there are 1; give a larger budget\\."),
        none.getMessage());
    assertThrows(PlanException.class, () -> plan(new Budget(5.0, null, null), null, Map.of("batch", 1 << 20, "layers", 3), timed));
    assertEquals(List.of(), timed);
  }

  @Test
  void aGivenShapeIsTheOnlyCandidate() throws IOException {
    TrainingPlan plan = plan(new Budget(2.0, null, null), null, Map.of("layers", 5, "vocab-size", 300), new ArrayList<>());
    assertEquals(1, plan.candidates().size());
    assertEquals(5, plan.recommended().table().config().layerCount());
    assertEquals(300, plan.recommended().table().config().vocabularySize());
    assertEquals(192, plan(new Budget(2.0, null, null), Preset.TINY, Map.of(), new ArrayList<>()).recommended().table().config().width());
  }

  @Test
  void fewModelsAreTimed() throws IOException {
    List<String> timed = new ArrayList<>();
    plan(new Budget(30.0, null, null), null, Map.of(), timed);
    assertTrue(timed.size() <= 4, timed.toString());
  }

  @Test
  void budgetsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Budget(0.0, null, null));
    assertThrows(IllegalArgumentException.class, () -> new Budget(Double.NaN, null, null));
    assertThrows(IllegalArgumentException.class, () -> new Budget(null, null, 0L));
  }
}
