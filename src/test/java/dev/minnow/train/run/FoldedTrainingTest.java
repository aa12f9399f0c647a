package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Evaluation;
import dev.minnow.train.FoldedResult;
import dev.minnow.train.Preset;
import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.inspect.RunRecord;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldedTrainingTest {
  @TempDir
  private Path temporary;

  private Path corpus;

  @BeforeEach
  void writeCorpus() throws IOException {
    corpus = Files.writeString(temporary.resolve("corpus.txt"), FishText.line(900));
  }

  private RunOptions options(Map<String, Object> given) {
    return RunOptions.create(Preset.NANO, values(given));
  }

  private Map<String, Object> values(Map<String, Object> given) {
    Map<String, Object> all =
        new LinkedHashMap<>(
            Map.of(
                "corpus", List.of(corpus.toString()), "layers", 1, "heads", 2, "width", 16, "context", 16, "vocab-size", 256, "batch", 4,
                "steps", 6, "folds", 3));
    all.putAll(given);
    return all;
  }

  private FoldedResult train(String name, RunOptions options, List<RunSummary> heard, BooleanSupplier stop, boolean resumes)
      throws IOException {
    TrainingListener listener = new TrainingListener() {
      @Override
      public void started(RunSummary summary) {
        heard.add(summary);
      }
    };
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1)) {
      FoldedTraining training = new FoldedTraining(temporary.resolve(name), options, RunLength.BY_STEPS, kernel, folder -> listener, stop);
      return resumes ? training.resume() : training.start();
    }
  }

  private static List<Evaluation> evaluations(FoldedResult result) {
    return result.folds().stream().map(TrainingResult::evaluation).map(Optional::orElseThrow).toList();
  }

  @Test
  void eachFoldHoldsOutAnotherPartAndTheResultIsTheirMeanAndSpread() throws IOException {
    List<RunSummary> heard = new ArrayList<>();
    FoldedResult result = train("folds", options(Map.of()), heard, () -> false, false);
    assertEquals(3, result.folds().size());
    long text = Files.size(corpus);
    for (RunSummary summary : heard) {
      assertEquals(text * 2 / 3.0, (double) summary.trainingTokens(), 2);
    }
    double[] losses = result.folds().stream().mapToDouble(fold -> fold.evaluation().orElseThrow().loss()).toArray();
    assertTrue(losses[0] != losses[1] && losses[1] != losses[2], "all folds have the same loss");
    double mean = (losses[0] + losses[1] + losses[2]) / 3;
    assertEquals(mean, result.mean(Evaluation::loss).orElseThrow(), 1e-12);
    double squares = Math.pow(losses[0] - mean, 2) + Math.pow(losses[1] - mean, 2) + Math.pow(losses[2] - mean, 2);
    assertEquals(Math.sqrt(squares / 2), result.deviation().orElseThrow(), 1e-12);
  }

  @Test
  void filesAndWhatProgramsReadOfThemHaveTheSameDigitsInAllLanguages() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    } finally {
      Locale.setDefault(before);
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(temporary.resolve("folds"))) {
      files = all.map(temporary::relativize).toList();
    }
    assertTrue(files.size() > 50, "only " + files);
    for (Path file : files) {
      assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(file.toString()), file.toString());
      if (file.toString().endsWith(".json") && !file.endsWith("tokenizer.json")) {
        String text = Files.readString(temporary.resolve(file));
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(text), file + ": " + text);
      }
    }
  }

  @Test
  void aTrainingThatWasInterruptedGoesOnWithItsFold() throws IOException {
    FoldedResult whole = train("whole", options(Map.of()), new ArrayList<>(), () -> false, false);
    AtomicInteger left = new AtomicInteger(10);
    FoldedResult cut = train("cut", options(Map.of()), new ArrayList<>(), () -> left.decrementAndGet() < 0, false);
    assertEquals(TrainingResult.End.INTERRUPTED, cut.end());
    assertEquals(2, cut.folds().size());
    List<RunSummary> heard = new ArrayList<>();
    FoldedResult resumed =
        train("cut", FoldedTraining.resumed(temporary.resolve("cut"), Map.of()), heard, () -> false, true);
    assertEquals(List.of(6L, 3L, 0L), heard.stream().map(RunSummary::firstStep).toList());
    assertEquals(evaluations(whole), evaluations(resumed));
    for (int fold = 1; fold <= 3; fold++) {
      for (String name : List.of("model.safetensors", "training.json")) {
        Path file = Path.of("fold-" + fold, name);
        assertEquals(-1, Files.mismatch(temporary.resolve("whole").resolve(file), temporary.resolve("cut").resolve(file)), file.toString());
      }
    }
  }

  @Test
  void noFoldBeginsAfterAWishToStop() throws IOException {
    train("whole", options(Map.of()), new ArrayList<>(), () -> false, false);
    AtomicInteger left = new AtomicInteger(6);
    FoldedResult cut = train("cut", options(Map.of()), new ArrayList<>(), () -> left.decrementAndGet() < 0, false);
    assertEquals(TrainingResult.End.INTERRUPTED, cut.end());
    assertEquals(List.of(TrainingResult.End.STEPS), cut.folds().stream().map(TrainingResult::end).toList());
    assertFalse(Files.exists(FoldedTraining.fold(temporary.resolve("cut"), 2)), "the second fold has a folder");
    FoldedResult resumed =
        train("cut", FoldedTraining.resumed(temporary.resolve("cut"), Map.of()), new ArrayList<>(), () -> false, true);
    assertEquals(TrainingResult.End.STEPS, resumed.end());
    Path last = Path.of("fold-3", "model.safetensors");
    assertEquals(-1, Files.mismatch(temporary.resolve("whole").resolve(last), temporary.resolve("cut").resolve(last)));
  }

  @Test
  void textFromAPipeIsThereForEveryFoldAndWhenItComesAgain() throws IOException {
    FoldedResult whole = train("whole", options(Map.of()), new ArrayList<>(), () -> false, false);
    RunOptions piped = options(Map.of("corpus", List.of("-")));
    InputStream before = System.in;
    try {
      System.setIn(Files.newInputStream(corpus));
      AtomicInteger left = new AtomicInteger(9);
      assertEquals(2, train("piped", piped, new ArrayList<>(), () -> left.decrementAndGet() < 0, false).folds().size());
      System.setIn(Files.newInputStream(corpus));
      RunOptions resumed = FoldedTraining.resumed(temporary.resolve("piped"), Map.of());
      assertEquals(evaluations(whole), evaluations(train("piped", resumed, new ArrayList<>(), () -> false, true)));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void foldsThatAreDoneStayAsTheyAreHoweverNumbersAreWritten() throws IOException {
    train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    List<RunSummary> heard = new ArrayList<>();
    RunOptions same = FoldedTraining.resumed(temporary.resolve("folds"), Map.of("dropout", 0, "clip", 1, "layers", 1.0));
    train("folds", same, heard, () -> false, true);
    assertEquals(List.of(6L, 6L, 6L), heard.stream().map(RunSummary::firstStep).toList());
  }

  @Test
  void foldsThatBeginWithTheWeightsOfAnotherModelHaveTheOptionsThatWereGivenEachAndGoOn() throws IOException {
    train("origin", options(Map.of("folds", 2)), new ArrayList<>(), () -> false, false);
    Map<String, Object> given =
        Map.of(
            "corpus", List.of(corpus.toString()), "from", FoldedTraining.fold(temporary.resolve("origin"), 1), "batch", 4, "steps", 6,
            "folds", 3, "beta2", 0.9, "min-lr", 0.0);
    train("folds", RunOptions.create(Preset.NANO, given), new ArrayList<>(), inTheFirstFold(), false);
    assertEquals(List.of(2L, 0L, 0L), firstStepsOnceResumed());
    for (int number = 1; number <= 3; number++) {
      Map<String, String> words =
          RunOptions.resumed(new CheckpointFolder(FoldedTraining.fold(temporary.resolve("folds"), number)), Map.of()).words();
      assertEquals("0.9", words.get("beta2"), "fold " + number);
      assertEquals("0", words.get("min-lr"), "fold " + number);
    }
    assertEquals(List.of(6L, 6L, 6L), firstStepsOnceResumed());
  }

  /** Another fold would replace it, having learned from what this one holds out. */
  @Test
  void aFoldThatIsReplacedIsNoBeginning() throws IOException {
    train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    Map<String, Object> given =
        Map.of("corpus", List.of(corpus.toString()), "from", FoldedTraining.fold(temporary.resolve("folds"), 2), "steps", 6, "folds", 3);
    List<RunSummary> heard = new ArrayList<>();
    RunOptions options = RunOptions.create(Preset.NANO, given);
    assertThrows(IllegalArgumentException.class, () -> train("folds", options, heard, () -> false, false));
    assertEquals(List.of(), heard);
  }

  @Test
  void foldsOfAnEarlierTrainingAreNotThoseOfThisOne() throws IOException {
    Path folder = temporary.resolve("folds");
    train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    assertEquals(3, RunRecord.runsIn(folder).size());
    train("folds", options(Map.of("folds", 2)), new ArrayList<>(), () -> false, false);
    assertEquals(List.of(FoldedTraining.fold(folder, 1), FoldedTraining.fold(folder, 2)), RunRecord.runsIn(folder));
    train("folds", options(Map.of("folds", 2)), new ArrayList<>(), inTheFirstFold(), false);
    assertEquals(List.of(FoldedTraining.fold(folder, 1)), RunRecord.runsIn(folder), "the second is still that of the training before");
  }

  /** Ends a training after the second step of its first fold. */
  private static BooleanSupplier inTheFirstFold() {
    AtomicInteger left = new AtomicInteger(2);
    return () -> left.decrementAndGet() < 0;
  }

  private List<Long> firstStepsOnceResumed() throws IOException {
    List<RunSummary> heard = new ArrayList<>();
    train("folds", FoldedTraining.resumed(temporary.resolve("folds"), Map.of()), heard, () -> false, true);
    return heard.stream().map(RunSummary::firstStep).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 9})
  void aTrainingThatReplacesAnotherGoesOnWithItsOwnFoldsAlone(int steps) throws IOException {
    RunOptions options = options(Map.of("steps", steps));
    train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    Files.writeString(corpus, FishText.line(700));
    train("whole", options, new ArrayList<>(), () -> false, false);
    train("folds", options, new ArrayList<>(), inTheFirstFold(), false);
    assertEquals(List.of(2L, 0L, 0L), firstStepsOnceResumed());
    for (int fold = 1; fold <= 3; fold++) {
      Path model = Path.of("fold-" + fold, "model.safetensors");
      assertEquals(-1, Files.mismatch(temporary.resolve("whole").resolve(model), temporary.resolve("folds").resolve(model)));
    }
  }

  @Test
  void aTrainingThatReplacesOneThatHadReplacedAnotherIsNeitherOfThem() throws IOException {
    train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    AtomicInteger left = new AtomicInteger(8);
    train("folds", options(Map.of()), new ArrayList<>(), () -> left.decrementAndGet() < 0, false);
    train("folds", options(Map.of()), new ArrayList<>(), inTheFirstFold(), false);
    assertEquals(List.of(2L, 0L, 0L), firstStepsOnceResumed());
    assertEquals(List.of(6L, 6L, 6L), firstStepsOnceResumed());
    Map<String, Object> values = values(Map.of());
    assertEquals(6, FoldedTraining.resumed(temporary.resolve("folds"), values).ofPreset(Preset.NANO, values.keySet()).steps());
  }

  @Test
  void foldsAreNotReplacedBeforeTheFirstSave() throws IOException {
    train("folds", options(Map.of()), new ArrayList<>(), () -> false, false);
    BooleanSupplier failing = () -> {
      throw new IllegalStateException("before the first save");
    };
    assertThrows(IllegalStateException.class, () -> train("folds", options(Map.of("steps", 9)), new ArrayList<>(), failing, false));
    assertEquals(List.of(6L, 6L, 6L), firstStepsOnceResumed());
  }

  @Test
  void foldsThatDoNotSayWhatTheyReplacedGoOnAndAreReplacedAsOthers() throws IOException {
    AtomicInteger left = new AtomicInteger(10);
    train("folds", options(Map.of()), new ArrayList<>(), () -> left.decrementAndGet() < 0, false);
    forgetWhatWasReplaced();
    assertEquals(List.of(6L, 3L, 0L), firstStepsOnceResumed());
    forgetWhatWasReplaced();
    train("folds", options(Map.of("steps", 9)), new ArrayList<>(), inTheFirstFold(), false);
    assertEquals(List.of(2L, 0L, 0L), firstStepsOnceResumed());
  }

  private void forgetWhatWasReplaced() throws IOException {
    JsonMapper json = new JsonMapper();
    try (Stream<Path> files = Files.walk(temporary.resolve("folds"))) {
      for (Path file : files.filter(found -> found.endsWith("training.json")).toList()) {
        ObjectNode older = (ObjectNode) json.readTree(Files.readString(file));
        ((ObjectNode) older.get("options")).remove("replaced");
        Files.writeString(file, older.toString());
      }
    }
  }

  @Test
  void aDamagedFoldIsReplacedToo() throws IOException {
    train("folds", options(Map.of("keep", 1)), new ArrayList<>(), () -> false, false);
    Files.writeString(FoldedTraining.fold(temporary.resolve("folds"), 1).resolve("steps/000006/training.json"), "{");
    train("folds", options(Map.of()), new ArrayList<>(), inTheFirstFold(), false);
    assertEquals(List.of(2L, 0L, 0L), firstStepsOnceResumed());
  }

  @Test
  void theTokenizerIsLearnedOnce() throws IOException {
    FoldedResult whole = train("folds", options(Map.of("vocab-size", 280)), new ArrayList<>(), () -> false, false);
    assertEquals(3, whole.folds().size());
    Path folder = temporary.resolve("folds");
    for (int number = 2; number <= 3; number++) {
      assertEquals(
          -1, Files.mismatch(FoldedTraining.fold(folder, 1).resolve("tokenizer.json"),
              FoldedTraining.fold(folder, number).resolve("tokenizer.json")));
    }
  }

  @Test
  void foldsAndWhatIsHeldOutAtOnceAreRefused() throws IOException {
    for (Map<String, Object> wrong : List.<Map<String, Object>>of(
        Map.of("folds", 0), Map.of("folds", 1), Map.of("folds", -2), Map.of("validation", 0.1))) {
      String refused =
          assertThrows(IllegalArgumentException.class, () -> train("folds", options(wrong), new ArrayList<>(), () -> false, false))
              .getMessage();
      assertTrue(refused.contains("--folds"), refused);
    }
  }
}
