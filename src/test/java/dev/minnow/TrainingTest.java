package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.generate.GeneratedText;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.Preset;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  @TempDir
  private Path temporary;

  private Training training;

  @BeforeEach
  void writeCorpus() throws IOException {
    Path text = Files.writeString(temporary.resolve("text.txt"), "The small fish swims under a stone.\n".repeat(200));
    training =
        Training.on(text.toString())
            .withPreset(Preset.NANO)
            .with("layers", 1)
            .with("heads", 2)
            .with("width", 32)
            .with("context", 16)
            .with("batch", 4)
            .with("warmup", 2)
            .withSteps(12)
            .withThreads(1);
  }

  @Test
  void whatIsTrainedOpensAndTheListenerHearsEachStep() throws IOException {
    List<Long> steps = new ArrayList<>();
    TrainingListener listener = new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        steps.add(report.step());
      }
    };
    Path folder = temporary.resolve("model");
    TrainingResult result = training.withListener(listener).run(folder);
    assertEquals(12, result.steps());
    assertEquals(12, steps.size());
    assertTrue(Files.readAllLines(folder.resolve("metrics.jsonl")).size() >= 12);
    try (LanguageModel model = LanguageModel.open(folder)) {
      assertEquals(32, model.config().width());
      assertEquals(5, model.generate("The ", GenerationOptions.defaults().withMaximumTokens(5), piece -> {}).tokens().size());
    }
  }

  @Test
  void heldOutTextShorterThanAWindowHasALossToo() throws IOException {
    String text = Files.readString(temporary.resolve("text.txt"));
    for (int heldOut : new int[] {2, 11}) {
      Path folder = temporary.resolve("model-" + heldOut);
      double fraction = (double) heldOut / text.length();
      TrainingResult result = training.with("vocab-size", 256).with("validation", fraction).withKernel(KernelChoice.SCALAR).run(folder);
      Evaluation evaluation = result.evaluation().orElseThrow();
      assertEquals(heldOut - 1, evaluation.tokens());
      try (LanguageModel model = LanguageModel.open(folder)) {
        float[] scores = model.score(model.tokenizer().encode(text.substring(text.length() - heldOut)));
        double nats = IntStream.range(0, scores.length).mapToDouble(i -> -scores[i]).skip(1).average().orElseThrow();
        assertEquals(nats, evaluation.loss(), 1e-5);
      }
    }
  }

  @Test
  void aStoppedTrainingGoesOnToTheSameBytes() throws IOException {
    Path whole = temporary.resolve("whole");
    training.run(whole);
    Path parts = temporary.resolve("parts");
    List<Long> done = new ArrayList<>();
    TrainingListener counter = new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        done.add(report.step());
      }
    };
    TrainingResult stopped = training.withListener(counter).withStop(() -> done.size() == 5).run(parts);
    assertEquals(TrainingResult.End.INTERRUPTED, stopped.end());
    assertEquals(12, Training.on().withThreads(2).resume(parts).steps());
    assertEquals(-1, Files.mismatch(whole.resolve("model.safetensors"), parts.resolve("model.safetensors")));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "reads what Linux says of mapped files")
  void aResumedTrainingHoldsNoFileOfItsSave() throws IOException {
    Path folder = temporary.resolve("model");
    training.withSteps(2).run(folder);
    Set<String> held = new TreeSet<>();
    TrainingListener listener = new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        try {
          Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains(temporary + "/")).forEach(held::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
    assertEquals(4, Training.on().withSteps(4).withListener(listener).resume(folder).steps());
    assertTrue(held.stream().anyMatch(line -> line.endsWith(".tokens")), "the test sees mapped files");
    assertEquals(List.of(), held.stream().filter(line -> !line.endsWith(".tokens")).toList());
  }

  @Test
  void theKernelCanBeChosenAndStaysWithTheRun() throws IOException {
    Path folder = temporary.resolve("model");
    training.withKernel(KernelChoice.SCALAR).withSteps(2).run(folder);
    assertTrue(Files.readString(folder.resolve("training.json")).contains("\"kernel\" : \"scalar\""));
  }

  @Test
  void whatCannotBeIsRefused() {
    String unknown = assertThrows(IllegalArgumentException.class, () -> training.with("layer", 3)).getMessage();
    assertEquals("Training has no option \"layer\"; minnow help train lists them.", unknown);
    Path folder = temporary.resolve("model");
    assertThrows(IllegalArgumentException.class, () -> training.with("batch", 0).run(folder));
    Training without = training.with("lr-scale", "head=2");
    String kinds = assertThrows(IllegalArgumentException.class, () -> without.run(folder)).getMessage();
    assertTrue(kinds.contains("names head") && kinds.contains("token_embedding"), kinds);
    assertThrows(CheckpointException.class, () -> Training.on().resume(folder));
  }

  private static void assertRefused(String sentence, Training wrong, Path folder) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> wrong.run(folder), sentence);
    assertEquals(sentence, e.getMessage());
    assertTrue(Files.notExists(folder.resolve("model.safetensors")), sentence);
  }

  @Test
  void wrongValuesAreToldByTheNamesOfOptions() throws IOException {
    Path folder = temporary.resolve("none");
    Path text = temporary.resolve("text.txt");
    Training open = Training.on(text.toString()).withPreset(Preset.NANO).withThreads(1);
    assertRefused("The minutes to train must be above 0, not -1.0.", open.withMinutes(-1), folder);
    assertRefused("The minutes to train must be above 0, not NaN.", open.withMinutes(Double.NaN), folder);
    assertRefused("The epochs to train must be above 0, not 0.0.", open.withEpochs(0), folder);
    assertRefused("Minutes and epochs each say how long to train; give one of them.", open.withEpochs(1).withMinutes(1), folder);
    assertRefused("Steps, minutes and epochs each say how long to train; give one of them.", training.withEpochs(0.5), folder);
    assertRefused("--layers cannot be 1.5; minnow help train says what it takes.", training.with("layers", 1.5), folder);
    for (Object wrong : List.of("fast", "0.001", true, List.of(1))) {
      String shown = wrong instanceof String ? '"' + wrong.toString() + '"' : wrong instanceof List ? "[\"1\"]" : wrong.toString();
      for (String name : List.of("lr", "steps", "seed", "batch", "width", "folds", "dropout")) {
        assertRefused("--" + name + " cannot be " + shown + "; minnow help train says what it takes.", training.with(name, wrong), folder);
      }
    }
    for (String name : List.of("steps", "seed", "batch", "keep", "folds")) {
      assertRefused("--" + name + " cannot be 1.5; minnow help train says what it takes.", training.with(name, 1.5), folder);
    }
    assertThrows(NullPointerException.class, () -> training.with("arch", null));
    assertRefused(
        "No corpus was given; name a file, a folder or a catalogue name such as jdk.", Training.on().withSteps(1).withThreads(1), folder);
    Path vocabulary = folder.resolveSibling("bytes.json");
    Tokenizer.bytes().save(vocabulary);
    assertEquals(12, training.with("corpus", List.of(text)).with("tokenizer", vocabulary).run(folder).steps());
  }

  @Test
  void foldsGoOnAndOnlyAsTheyAre() throws IOException {
    Path folder = temporary.resolve("folds");
    Training folded = training.with("folds", 2);
    List<Long> steps = new ArrayList<>();
    TrainingListener counting = new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        steps.add(report.step());
      }
    };
    folded.withListener(counting).runFolds(folder);
    assertEquals(24, steps.size());
    folded.withListener(counting).with("dropout", 0).with("clip", 1).runFolds(folder);
    assertEquals(24, steps.size());
    Training.on()
        .with("folds", 2)
        .withPreset(Preset.NANO)
        .with("layers", 1)
        .with("heads", 2)
        .with("width", 32)
        .with("context", 16)
        .withThreads(1)
        .withListener(counting)
        .runFolds(folder);
    assertEquals(24, steps.size(), "a preset names the size alone");
    assertThrows(IllegalArgumentException.class, () -> Training.on().with("folds", 2).withPreset(Preset.TINY).runFolds(folder));
    assertThrows(IllegalArgumentException.class, () -> folded.withKernel(KernelChoice.SCALAR).runFolds(folder));
  }

  @Test
  void whatIsNoOptionByNameHasAMethod() {
    for (String name : List.of("minutes", "epochs", "kernel", "threads")) {
      assertTrue(assertThrows(IllegalArgumentException.class, () -> training.with(name, 3)).getMessage().contains("withMinutes"), name);
    }
    assertThrows(IllegalArgumentException.class, () -> training.with("fold", 1));
  }

  /** A token of a character's end and the stop string: what was shown stays, and no half character. */
  @Test
  void aStopStringWithinATokenLeavesTheCharacterBeforeIt() throws IOException {
    JsonNode json = new JsonMapper().readTree(Tokenizer.bytes().toJson());
    json.withObject("/model/vocab").put("\u00A9X", 256);
    ((ArrayNode) json.at("/model/merges")).addArray().add("\u00A9").add("X");
    Path vocabulary = Files.writeString(temporary.resolve("merged.json"), json.toString());
    assertEquals(2, Tokenizer.load(vocabulary).encode("\u00E9X").length);
    Path text = Files.writeString(temporary.resolve("accents.txt"), "a\u00E9X".repeat(2000));
    Path folder = temporary.resolve("model");
    training.with("corpus", List.of(text)).with("tokenizer", vocabulary).with("lr", 1e-2).withSteps(60).run(folder);
    try (LanguageModel model = LanguageModel.open(folder); Session session = model.session()) {
      GeneratedText generated =
          session.generate("a", GenerationOptions.defaults().withTemperature(0).withMaximumTokens(9).withStops("X"), piece -> {});
      assertEquals("\u00E9", generated.text());
      assertEquals("a\u00E9", session.text());
    }
  }

  @Test
  void aRunThatIsThereIsReplacedOnlyOnDemand() throws IOException {
    Path folder = temporary.resolve("model");
    training.withSteps(1).run(folder);
    String message = assertThrows(IllegalStateException.class, () -> training.run(folder)).getMessage();
    assertEquals(folder + " holds a run; resume it, add withOverwrite() to replace it, or choose another folder.", message);
    assertEquals(2, training.withSteps(2).withOverwrite().run(folder).steps());
    assertThrows(IllegalArgumentException.class, () -> Training.on().withPreset(Preset.NANO).resume(folder));
  }
}
