package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.ExportType;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelExport;
import dev.minnow.checkpoint.SavedRun;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.corpus.CorpusException;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.Preset;
import dev.minnow.train.RunSummary;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingListeners;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of a small model: what they leave in the folder, and that the same seed gives the same bytes however a run is cut. */
class TrainingJobTest {
  @TempDir
  private Path temporary;

  private Path corpus;

  @BeforeEach
  void writeCorpus() throws IOException {
    corpus = temporary.resolve("corpus.txt");
    Files.writeString(corpus, FishText.sentences(4000));
  }

  @Test
  void theLossFallsAndTheFolderOpens() throws IOException {
    Events events = new Events();
    TrainingResult result = start("run", 1, options(Map.of("steps", 60, "warmup", 5, "lr", 5e-3)), events, () -> false);
    assertEquals(60, result.steps());
    assertEquals(60L * 8 * 16, result.tokens());
    assertEquals(TrainingResult.End.STEPS, result.end());
    double first = events.steps.getFirst().loss();
    assertEquals(Math.log(256), first, 0.1, "an untrained model is as good as chance");
    assertTrue(result.trainLoss() < first - 1.5, "from " + first + " to " + result.trainLoss());
    assertTrue(result.evaluation().orElseThrow().loss() < first - 1.5);
    assertEquals(60, events.steps.size());
    assertEquals(10, events.evaluations);
    assertEquals(5, events.samples);
    try (LoadedModel model = folder("run").load()) {
      assertEquals(256, model.config().vocabularySize());
      assertEquals(256, model.tokenizer().orElseThrow().vocabularySize());
    }
    List<String> lines = Files.readAllLines(temporary.resolve("run/metrics.jsonl"));
    for (String line : lines) {
      assertTrue(line.startsWith("{\"event\":\"") && line.endsWith("}"), line);
    }
    assertEquals("{\"event\":\"end\",\"step\":60,\"how\":\"finished\"}", lines.getLast());
  }

  @Test
  void aModelOfOneDocumentBeginsTextsAsItsLinesDo() throws IOException {
    start("run", 1, options(Map.of("steps", 1, "vocab-size", 300)), new Events(), () -> false);
    try (LoadedModel model = folder("run").load()) {
      Tokenizer tokenizer = model.tokenizer().orElseThrow();
      assertArrayEquals(tokenizer.encode("\n"), tokenizer.start());
      assertTrue(tokenizer.endOfText().isPresent());
    }
  }

  @Test
  void mergesAreLeftOutOfTheTokenizerThatTheRunTakes() throws IOException {
    RunOptions bytes = options(Map.of("steps", 1, "bpe-dropout", 0.1));
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> start("bytes", 1, bytes, new Events(), () -> false)).getMessage();
    assertTrue(refusal.contains("--vocab-size"), refusal);
    start("merged", 1, options(Map.of("steps", 1, "vocab-size", 300)), new Events(), () -> false);
    String merged = temporary.resolve("merged").toString();
    start("taken", 1, options(Map.of("steps", 1, "bpe-dropout", 0.1, "tokenizer", merged)), new Events(), () -> false);
    try (LoadedModel model = folder("taken").load()) {
      assertEquals(300, model.config().vocabularySize());
    }
  }

  @Test
  void oneAndTwoThreadsGiveTheSameBytes() throws IOException {
    Map<String, Object> given = Map.of("steps", 12, "dropout", 0.1, "accumulate", 2);
    start("one", 1, options(given), new Events(), () -> false);
    start("two", 2, options(given), new Events(), () -> false);
    assertSameModel("one", "two");
  }

  @Test
  void anotherSeedGivesAnotherModel() throws IOException {
    start("a", 1, options(Map.of("steps", 2, "seed", 1)), new Events(), () -> false);
    start("b", 1, options(Map.of("steps", 2, "seed", 2)), new Events(), () -> false);
    assertTrue(Files.mismatch(model("a"), model("b")) >= 0);
  }

  @Test
  void aRunInTwoPartsGivesTheBytesOfOne() throws IOException {
    start("whole", 2, options(Map.of("steps", 20, "schedule", "CONSTANT", "dropout", 0.1)), new Events(), () -> false);
    start("parts", 2, options(Map.of("steps", 9, "schedule", "CONSTANT", "dropout", 0.1)), new Events(), () -> false);
    TrainingResult result = resume("parts", 1, Map.of("steps", 20), () -> false);
    assertEquals(20, result.steps());
    assertSameModel("whole", "parts");
    assertArrayEquals(
        Files.readAllBytes(temporary.resolve("whole/optimizer.safetensors")),
        Files.readAllBytes(temporary.resolve("parts/optimizer.safetensors")));
  }

  @Test
  void aLlamaInTwoPartsAndOnOtherThreadsGivesTheBytesOfOne() throws IOException {
    Map<String, Object> given =
        new LinkedHashMap<>(Map.of("arch", Architecture.LLAMA, "kv-heads", 1, "schedule", "CONSTANT", "lr", 5e-3, "warmup", 1));
    given.put("steps", 12);
    Events events = new Events();
    start("whole", 2, options(given), events, () -> false);
    given.put("steps", 5);
    start("parts", 1, options(given), new Events(), () -> false);
    resume("parts", 2, Map.of("steps", 12), () -> false);
    assertSameModel("whole", "parts");
    assertEquals(-1, Files.mismatch(temporary.resolve("whole/optimizer.safetensors"), temporary.resolve("parts/optimizer.safetensors")));
    try (LoadedModel model = folder("parts").load()) {
      assertEquals(ModelConfig.llama(256, 16, 32, 2, 2, 1), model.config());
    }
    assertTrue(events.steps.getLast().loss() < events.steps.getFirst().loss() - 0.3, "loss " + events.steps.getLast().loss());
  }

  @Test
  void anInterruptedRunGoesOnToTheBytesOfAnUninterruptedOne() throws IOException {
    Map<String, Object> given = Map.of("steps", 20, "eval-every", 5);
    TrainingResult whole = start("whole", 1, options(given), new Events(), () -> false);
    AtomicInteger left = new AtomicInteger(7);
    TrainingResult stopped = start("cut", 1, options(given), new Events(), () -> left.decrementAndGet() < 0);
    assertEquals(TrainingResult.End.INTERRUPTED, stopped.end());
    assertEquals(7, stopped.steps());
    assertTrue(stopped.evaluation().isEmpty());
    try (WholeSave saved = folder("cut").resume()) {
      assertEquals(7, saved.state().step());
      assertEquals(7 * 8, saved.state().position());
    }
    TrainingResult resumed = resume("cut", 1, Map.of(), () -> false);
    assertEquals(TrainingResult.End.STEPS, resumed.end());
    assertEquals(whole.trainLoss(), resumed.trainLoss());
    assertSameModel("whole", "cut");
    assertEquals(state("whole"), state("cut"));
  }

  @Test
  void aSaveWithoutLossesGoesOnWithThoseThatCome() throws IOException {
    AtomicInteger left = new AtomicInteger(7);
    start("run", 1, options(Map.of("steps", 20)), new Events(), () -> left.decrementAndGet() < 0);
    Path state = temporary.resolve("run/steps/000007/training.json");
    ObjectNode older = (ObjectNode) new JsonMapper().readTree(Files.readString(state));
    older.remove("losses");
    Files.writeString(state, older.toString());
    TrainingResult resumed = resume("run", 1, Map.of(), () -> false);
    assertEquals(TrainingResult.End.STEPS, resumed.end());
    assertTrue(Double.isFinite(resumed.trainLoss()), "loss " + resumed.trainLoss());
  }

  @Test
  void aRunWhoseTextIsGoneGoesOnWithItsTokens() throws IOException {
    start("run", 1, options(Map.of("steps", 4)), new Events(), () -> false);
    Path gone = corpus.resolveSibling("gone.txt");
    Files.move(corpus, gone);
    assertEquals(6, resume("run", 1, Map.of("steps", 6), () -> false).steps());
    Files.delete(temporary.resolve("run/tokens/manifest.json"));
    assertThrows(CorpusException.class, () -> resume("run", 1, Map.of("steps", 8), () -> false));
  }

  @Test
  void anotherRunInTheFolderIsRefusedWhileOneGoesOn() throws IOException {
    AtomicInteger refused = new AtomicInteger();
    start("run", 1, options(Map.of("steps", 4)), new Events(), () -> {
      long size = temporary.resolve("run").resolve("metrics.jsonl").toFile().length();
      CheckpointException e = assertThrows(CheckpointException.class, () -> start("run", 1, options(Map.of()), new Events(), () -> true));
      assertTrue(e.getMessage().startsWith("Another run trains in " + temporary.resolve("run")), e.getMessage());
      assertEquals(size, temporary.resolve("run").resolve("metrics.jsonl").toFile().length());
      refused.incrementAndGet();
      return false;
    });
    assertTrue(refused.get() > 0);
    try (WholeSave saved = folder("run").resume()) {
      assertEquals(4, saved.state().step());
    }
    assertEquals(6, resume("run", 1, Map.of("steps", 6), () -> false).steps());
  }

  @Test
  void theFieldThatHoldsTheTextIsKeptForResuming() throws IOException {
    String text = Files.readString(corpus);
    corpus = temporary.resolve("corpus.jsonl");
    Files.writeString(corpus, "{\"text\":\"no\",\"body\":\"" + text.replace("\n", "\\n") + "\"}\n");
    Events events = new Events();
    start("run", 1, options(Map.of("steps", 2, "field", "body")), events, () -> false);
    assertTrue(events.summary.trainingTokens() > 10_000);
    resume("run", 1, Map.of("steps", 3), () -> false);
    String refused =
        assertThrows(IllegalArgumentException.class, () -> resume("run", 1, Map.of("field", "text"), () -> false)).getMessage();
    assertTrue(refused.startsWith("--field text does not agree with the run to resume, which has body"), refused);
  }

  @Test
  void patienceEndsARunThatGetsNoBetter() throws IOException {
    // A learning rate of almost nothing: the validation loss does not fall by a float's last bit for long.
    Map<String, Object> given =
        Map.of("steps", 500, "lr", 1e-12, "min-lr", 0.0, "eval-every", 2, "patience", 3, "weight-decay", 0.0);
    TrainingResult result = start("run", 1, options(given), new Events(), () -> false);
    assertEquals(TrainingResult.End.PATIENCE, result.end());
    assertTrue(result.steps() < 100, "stopped after " + result.steps());
  }

  @Test
  void epochsGiveTheStepsThatReadTheCorpusSoOften() throws IOException {
    Events events = new Events();
    RunLength two = new RunLength(OptionalDouble.empty(), OptionalDouble.of(2));
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 2)) {
      RunOptions options = options(Map.of("batch", 64));
      TrainingResult result = new TrainingJob(folder("run"), options, two, kernel, events, () -> false).start();
      long windows = (events.summary.trainingTokens() - 1) / 16;
      assertEquals(Math.round(2.0 * windows / 64), result.steps());
    }
  }

  @Test
  void minutesFixTheStepsBeforeTheFirst() throws IOException {
    Events events = new Events();
    RunLength short_ = new RunLength(OptionalDouble.of(0.1), OptionalDouble.empty());
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 2)) {
      TrainingResult result = new TrainingJob(folder("run"), options(Map.of()), short_, kernel, events, () -> false).start();
      assertEquals(events.summary.options().steps(), result.steps());
      try (WholeSave saved = folder("run").resume()) {
        assertEquals(result.steps(), saved.state().options().get("steps").longValue());
      }
    }
  }

  @Test
  void aRunStartsFromTheWeightsOfAnother() throws IOException {
    start("origin", 1, options(Map.of("steps", 40, "lr", 5e-3, "warmup", 5)), new Events(), () -> false);
    Events events = new Events();
    Map<String, Object> given = Map.of("steps", 1, "from", temporary.resolve("origin").toString());
    start("next", 1, options(given), events, () -> false);
    assertTrue(events.steps.getFirst().loss() < 4.5, "first loss " + events.steps.getFirst().loss());
  }

  @Test
  void aRunStartsWithTheTokenizerThatTheWeightsKnow() throws IOException {
    Path corpora = Files.writeString(temporary.resolve("words.txt"), "what what is is this this text text ".repeat(50));
    for (String name : List.of("origin", "other")) {
      String text = name.equals("origin") ? corpus.toString() : corpora.toString();
      start(name, 1, options(Map.of("steps", 1, "vocab-size", 262, "corpus", List.of(text))), new Events(), () -> false);
    }
    Map<String, Object> from = Map.of("steps", 1, "from", temporary.resolve("origin").toString());
    Map<String, Object> with = new LinkedHashMap<>(from);
    with.put("tokenizer", temporary.resolve("other").toString());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> start("next", 1, startOptions(with), new Events(), () -> false));
    assertTrue(refused.getMessage().contains(" is not the tokenizer of the model in "), refused.getMessage());
    with.put("tokenizer", temporary.resolve("origin/tokenizer.json").toString());
    assertEquals(1, start("next", 1, startOptions(with), new Events(), () -> false).steps());
  }

  /** Options that leave the model's shape to the one that a run begins with. */
  private RunOptions startOptions(Map<String, Object> given) {
    Map<String, Object> all = new LinkedHashMap<>(Map.of("corpus", List.of(corpus.toString()), "batch", 8));
    all.putAll(given);
    return RunOptions.asked(null, all);
  }

  @Test
  void aCorpusShorterThanAWindowIsRefusedAndNothingIsWritten() throws IOException {
    Files.writeString(corpus, "short");
    CorpusException refused =
        assertThrows(CorpusException.class, () -> start("run", 1, options(Map.of("steps", 1)), new Events(), () -> false));
    assertTrue(refused.getMessage().contains("tokens"), refused.getMessage());
    assertEquals(false, folder("run").exists());
  }

  @Test
  void aCorpusThatChangedIsRefusedOnResume() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    Files.writeString(corpus, Files.readString(corpus) + "more text");
    TrainingException refused = assertThrows(TrainingException.class, () -> resume("run", 1, Map.of("steps", 4), () -> false));
    assertTrue(refused.getMessage().contains("changed"), refused.getMessage());
  }

  /** All losses of a run are of one text. */
  @Test
  void heldOutTextThatChangedIsRefusedOnResume() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    String text = Files.readString(corpus);
    Files.writeString(corpus, text.substring(0, text.length() - 9) + "!" + text.substring(text.length() - 8));
    TrainingException refused = assertThrows(TrainingException.class, () -> resume("run", 1, Map.of("steps", 4), () -> false));
    assertTrue(refused.getMessage().contains("changed"), refused.getMessage());
    Files.writeString(corpus, text);
    assertEquals(4, resume("run", 1, Map.of("steps", 4), () -> false).steps());
  }

  @Test
  void whatAResumedRunIsGivenHoldsHoweverSoonItIsInterrupted() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    String before = state("run");
    resume("run", 1, Map.of("steps", 2), () -> true);
    assertEquals(before, state("run"));
    assertEquals(TrainingResult.End.INTERRUPTED, resume("run", 1, Map.of("steps", 4), () -> true).end());
    assertEquals(4, resume("run", 1, Map.of(), () -> false).steps());
    assertThrows(
        IllegalStateException.class, () -> resume("run", 1, Map.of("steps", 6), () -> {
          throw new IllegalStateException("killed");
        }));
    assertEquals(6, resume("run", 1, Map.of(), () -> false).steps());
  }

  @Test
  void aModelInTheFolderThatIsReplacedIsNoBeginning() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("run"));
    for (Path from : List.of(temporary.resolve("run"), temporary.resolve("run/steps/best"), link, link.resolve("steps/000002"))) {
      RunOptions options = RunOptions.create(Preset.NANO, Map.of("corpus", List.of(corpus.toString()), "steps", 1, "from", from));
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> start("run", 1, options, new Events(), () -> false));
      assertEquals("The run would replace the model in " + from + " that it begins with; choose another folder.", refused.getMessage());
    }
    assertEquals(3, resume("run", 1, Map.of("steps", 3), () -> false).steps());
    Path kept = temporary.resolve("run/model.gguf");
    try (LoadedModel model = folder("run").load()) {
      new ModelExport(ModelExport.Format.GGUF, ExportType.F32, kept, false).write(model);
    }
    RunOptions options = RunOptions.create(Preset.NANO, Map.of("corpus", List.of(corpus.toString()), "steps", 1, "from", kept));
    assertEquals(1, start("run", 1, options, new Events(), () -> false).steps());
    assertTrue(Files.exists(kept), "what no run writes stays");
  }

  @Test
  void whatIsRefusedLeavesTheTokensOfTheRunThatIsThere() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    Path tokens = temporary.resolve("run/tokens");
    byte[] training = Files.readAllBytes(tokens.resolve("training.tokens"));
    String text = Files.readString(corpus);
    Files.writeString(corpus, text + "more text");
    assertThrows(TrainingException.class, () -> resume("run", 1, Map.of("steps", 4), () -> false));
    Files.writeString(corpus, "short");
    assertThrows(CorpusException.class, () -> start("run", 1, options(Map.of("steps", 1)), new Events(), () -> false));
    assertArrayEquals(training, Files.readAllBytes(tokens.resolve("training.tokens")));
    assertFalse(Files.exists(tokens.resolve("next")));
    Files.delete(corpus);
    assertEquals(4, resume("run", 1, Map.of("steps", 4), () -> false).steps());
  }

  @Test
  void tokensOfAnotherTextTakeThePlaceOfThoseBeforeWithTheFirstSave() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    String text = Files.readString(corpus);
    Files.writeString(corpus, text + "more text");
    Path tokens = temporary.resolve("run/tokens");
    Files.createDirectories(tokens.resolve("next"));
    Files.writeString(tokens.resolve("next/manifest.json.tmp"), "of a process that was killed");
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    assertFalse(Files.exists(tokens.resolve("next")));
    FileTime made = Files.getLastModifiedTime(tokens.resolve("training.tokens"));
    assertEquals(4, resume("run", 1, Map.of("steps", 4), () -> false).steps());
    assertEquals(made, Files.getLastModifiedTime(tokens.resolve("training.tokens")), "the run's own tokens were made again");
  }

  @Test
  void aRunThatEndsBeforeItsFirstSaveLeavesTheOneThatItWasToReplace() throws IOException {
    start("run", 1, options(Map.of("steps", 2)), new Events(), () -> false);
    Path metrics = temporary.resolve("run/metrics.jsonl");
    String log = Files.readString(metrics);
    Events failing = new Events() {
      @Override
      public void stepped(StepReport report) {
        throw new IllegalStateException("The listener fails.");
      }
    };
    assertThrows(IllegalStateException.class, () -> start("run", 1, options(Map.of("steps", 9)), failing, () -> false));
    assertEquals(log, Files.readString(metrics));
    // As a process leaves it that is killed.
    folder("run").beginRun();
    Files.writeString(metrics, "{}\n");
    Events told = new Events();
    assertEquals(4, resume("run", 1, Map.of("steps", 4), told, () -> false).steps());
    assertEquals(
        List.of("The run that was to replace this one ended before its first save; the earlier one goes on from step 2."), told.notices);
    assertEquals(log, Files.readString(metrics));
  }

  @Test
  void theBestSaveIsKeptEvenWhenItIsTheLastStep() throws IOException {
    start("run", 1, options(Map.of("steps", 4, "eval-every", 3, "save-every", 2, "warmup", 1)), new Events(), () -> false);
    try (SavedRun best = SavedRun.open(temporary.resolve("run/steps/best"))) {
      assertEquals(4, best.state().step());
      assertTrue(best.state().isBest());
    }
  }

  @Test
  void anInterruptedRunLosesItsPatienceWhereAWholeOneWould() throws IOException {
    Map<String, Object> given = Map.of("steps", 500, "lr", 1e-12, "min-lr", 0.0, "eval-every", 2, "patience", 3, "weight-decay", 0.0);
    TrainingResult whole = start("whole", 1, options(given), new Events(), () -> false);
    AtomicInteger left = new AtomicInteger((int) whole.steps() - 1);
    start("cut", 1, options(given), new Events(), () -> left.decrementAndGet() < 0);
    TrainingResult resumed = resume("cut", 1, Map.of(), () -> false);
    assertEquals(TrainingResult.End.PATIENCE, resumed.end());
    assertEquals(whole.steps(), resumed.steps());
    assertEquals(whole.steps(), resume("cut", 1, Map.of(), () -> false).steps(), "a run out of patience does not go on");
  }

  @Test
  void theShapeComesFromTheModelToStartFromAndMayNotDisagree() throws IOException {
    start("origin", 1, options(Map.of("steps", 1)), new Events(), () -> false);
    Map<String, Object> given = new LinkedHashMap<>(Map.of("corpus", List.of(corpus.toString()), "steps", 1));
    given.put("from", temporary.resolve("origin").toString());
    Events events = new Events();
    start("next", 1, RunOptions.create(Preset.TINY, given), events, () -> false);
    assertEquals(32, events.summary.config().width());
    given.put("width", 64);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> start("other", 1, RunOptions.create(Preset.TINY, given), new Events(), () -> false));
    assertTrue(refused.getMessage().startsWith("--width 64"), refused.getMessage());
  }

  @Test
  void anOptionOutOfRangeIsRefusedBeforeAnythingIsDone() {
    for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("batch", 0), Map.of("heads", 5), Map.of("steps", 0))) {
      assertThrows(IllegalArgumentException.class, () -> start("run", 1, options(wrong), new Events(), () -> false));
      assertEquals(false, Files.exists(temporary.resolve("run")), () -> "after " + wrong);
    }
  }

  @Test
  void fewerStepsThanARunHasDoneAreRefused() throws IOException {
    start("run", 1, options(Map.of("steps", 3)), new Events(), () -> false);
    assertThrows(IllegalArgumentException.class, () -> resume("run", 1, Map.of("steps", 2), () -> false));
  }

  private static class Events implements TrainingListener {
    private final List<StepReport> steps = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private int evaluations;
    private int samples;
    private RunSummary summary;

    @Override
    public void started(RunSummary started) {
      summary = started;
    }

    @Override
    public void stepped(StepReport report) {
      steps.add(report);
    }

    @Override
    public void noticed(String sentence) {
      notices.add(sentence);
    }

    @Override
    public void evaluated(long step, Evaluation evaluation, boolean best) {
      evaluations++;
    }

    @Override
    public void sampled(long step, String text) {
      samples++;
    }
  }

  private RunOptions options(Map<String, Object> given) {
    Map<String, Object> all =
        new LinkedHashMap<>(
            Map.of(
                "corpus", List.of(corpus.toString()), "layers", 2, "heads", 2, "width", 32, "context", 16, "batch", 8));
    all.putAll(given);
    return RunOptions.create(Preset.NANO, all);
  }

  private CheckpointFolder folder(String name) {
    return new CheckpointFolder(temporary.resolve(name));
  }

  private Path model(String name) {
    return temporary.resolve(name).resolve("model.safetensors");
  }

  private String state(String name) throws IOException {
    return Files.readString(temporary.resolve(name).resolve("training.json"));
  }

  private void assertSameModel(String expected, String actual) throws IOException {
    assertEquals(-1, Files.mismatch(model(expected), model(actual)), "first byte that differs");
  }

  private TrainingResult start(String name, int threads, RunOptions options, Events events, BooleanSupplier stop) throws IOException {
    Path metrics = temporary.resolve(name).resolve("metrics.jsonl");
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, threads)) {
      TrainingListener listener = new TrainingListeners(List.of(events, new MetricsLog(metrics, kernel)));
      return new TrainingJob(folder(name), options, RunLength.BY_STEPS, kernel, listener, stop).start();
    }
  }

  private TrainingResult resume(String name, int threads, Map<String, Object> given, BooleanSupplier stop) throws IOException {
    return resume(name, threads, given, new Events(), stop);
  }

  private TrainingResult resume(String name, int threads, Map<String, Object> given, Events events, BooleanSupplier stop)
      throws IOException {
    RunOptions options;
    try (WholeSave saved = folder(name).resume()) {
      options = RunOptions.stored(saved.state().options()).resumedWith(given);
    }
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, threads)) {
      return new TrainingJob(folder(name), options, RunLength.BY_STEPS, kernel, events, stop).resume();
    }
  }
}
