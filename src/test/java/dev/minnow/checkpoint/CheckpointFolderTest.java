package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.AnotherProcess;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {
  private static final List<String> FILES =
      List.of("config.json", "generation_config.json", "model.safetensors", "optimizer.safetensors", "tokenizer.json",
          "tokenizer_config.json", "training.json");

  @TempDir
  private Path temporary;

  private Path root = Path.of("");
  private CheckpointFolder folder = new CheckpointFolder(root);

  @BeforeEach
  void nameFolder() {
    root = temporary.resolve("runs/one");
    folder = new CheckpointFolder(root);
  }

  private static List<String> names(Path folder) throws IOException {
    return FileOperations.children(folder).stream().map(path -> path.getFileName().toString()).toList();
  }

  private long best() {
    return TinyRun.requireWhole(WholeSave.open(root.resolve("steps/best")));
  }

  /** What is said of the newest of two saves while a file of it is another one. */
  private String refusal(String name, UnaryOperator<byte[]> damage) throws IOException {
    Path file = folder.saves().lastEntry().getValue().resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Files.delete(file);
    Files.write(file, damage.apply(whole.clone()));
    String message = String.valueOf(assertThrows(CheckpointException.class, folder::resume, name).getMessage());
    Files.write(file, whole);
    assertEquals(5, TinyRun.requireWhole(folder.resume()));
    return message;
  }

  @Test
  void anInterruptWhileASaveIsWrittenStaysAndBreaksNothingOff() {
    Thread caller = Thread.currentThread();
    FileOperations interrupting = new FileOperations() {
      @Override
      void write(FileChannel channel, Content content) throws IOException {
        caller.interrupt();
        super.write(channel, content);
      }
    };
    TinyRun.save(new CheckpointFolder(root, interrupting), 3, 2);
    assertTrue(Thread.interrupted());
    assertEquals(3, TinyRun.requireWhole(folder.resume()));
  }

  @Test
  void aDamagedSaveSaysWhichCameBefore() throws IOException {
    TinyRun.save(folder, 3, 2);
    TinyRun.save(folder, 5, 2);
    Path newest = root.resolve("steps/000005");
    String advice = ", or move " + newest + " away to go on from the save before, of step 3.";
    for (String name : List.of("model.safetensors", "optimizer.safetensors", "training.json", "config.json", "tokenizer.json")) {
      String message = refusal(name, whole -> "torn".getBytes(StandardCharsets.UTF_8));
      assertTrue(message.endsWith(advice), message);
    }
    for (String name : List.of("model.safetensors", "optimizer.safetensors")) {
      String flipped = refusal(name, whole -> {
        whole[whole.length - 3] ^= 1;
        return whole;
      });
      assertEquals(newest.resolve(name) + " is not what was saved, by its checksum; copy it again" + advice, flipped);
    }
  }

  @Test
  void aSaveThatIsMissingIsNoDamageWhereARunIsAtWork() throws IOException {
    TinyRun.save(folder, 3, 2);
    TinyRun.save(folder, 5, 2);
    Files.delete(folder.saves().lastEntry().getValue().resolve("training.json"));
    try (FolderHold _ = folder.hold()) {
      String message = assertThrows(CheckpointException.class, () -> new CheckpointFolder(root).resume()).getMessage();
      assertTrue(message.startsWith("Another run trains in " + root), message);
      assertTrue(assertThrows(CheckpointException.class, folder::resume).getMessage().contains("training.json"));
    }
  }

  @Test
  void aFolderThatIsRemovedIsHeldAgainAndLeftToWhoTookIt() throws IOException {
    try (FolderHold _ = folder.hold()) {
      TinyRun.save(folder, 3, 2);
      FileOperations.SYSTEM.deleteTree(root);
      TinyRun.save(folder, 5, 2);
      assertTrue(assertThrows(CheckpointException.class, () -> new CheckpointFolder(root).hold()).getMessage().startsWith("Another run"));
      Files.move(root, root.resolveSibling("moved"));
      Files.createDirectory(root);
      try (AnotherProcess other = new AnotherProcess(root.resolve(FolderHold.FILE))) {
        assertTrue(other.locked());
        assertTrue(assertThrows(CheckpointException.class, () -> TinyRun.save(folder, 7, 2)).getMessage().startsWith("Another run trains"));
        assertFalse(folder.resumable());
      }
    }
  }

  @Test
  void savesAndResumes() throws IOException {
    assertFalse(folder.exists());
    assertFalse(folder.resumable());
    TinyRun.save(folder, 7, 3);
    assertTrue(folder.exists());
    assertTrue(folder.resumable());
    assertEquals(7, TinyRun.requireWhole(folder.resume()));
    assertEquals(7, TinyRun.requireWhole(folder.load()));
    assertEquals(Stream.concat(FILES.stream(), Stream.of("steps")).sorted().toList(), names(root));
    assertEquals(List.of("000007"), names(root.resolve("steps")));
    assertEquals(FILES, names(root.resolve("steps/000007")));
    for (String file : FILES) {
      assertTrue(Files.isSameFile(root.resolve(file), root.resolve("steps/000007").resolve(file)), file);
    }
  }

  @Test
  void keepsTheNewestAndTheBest() throws IOException {
    for (long step : new long[] {1, 2, 3, 4, 5, 1_000_000}) {
      TinyRun.save(folder, step, 2);
    }
    assertEquals(List.of("000005", "1000000", "best"), names(root.resolve("steps")));
    assertEquals(3, best());
    assertEquals(1_000_000, TinyRun.requireWhole(folder.load()));
    TinyRun.save(folder, 1_000_002, 1);
    assertEquals(List.of("1000002", "best"), names(root.resolve("steps")));
    assertEquals(1_000_002, best());
    assertThrows(IllegalArgumentException.class, () -> TinyRun.save(folder, 1_000_003, 0));
  }

  @Test
  void keepsTheSaveToGoBackToUntilThereIsALaterOne() throws IOException {
    TinyRun.save(folder, 1, 1);
    TinyRun.save(folder, 2, 1);
    TinyRun.save(folder, 4, 2, 1);
    assertEquals(List.of("000002", "000004"), names(root.resolve("steps")));
    TinyRun.save(folder, 5, 2, 1);
    assertEquals(List.of("000002", "000005"), names(root.resolve("steps")));
    assertEquals(2, TinyRun.requireWhole(folder.resume(2)));
    Path weights = root.resolve("steps/000002/model.safetensors");
    Files.move(weights, root.resolve("moved"));
    String damaged = assertThrows(CheckpointException.class, () -> folder.resume(2)).getMessage();
    assertTrue(damaged.endsWith(", or move " + weights.getParent() + " away and resume without it."), damaged);
    Files.move(root.resolve("moved"), weights);
    TinyRun.save(folder, 7, 2, 2);
    assertEquals(List.of("000002", "000005", "000007"), names(root.resolve("steps")));
    TinyRun.save(folder, 8, 1);
    assertEquals(List.of("000008"), names(root.resolve("steps")));
    String message = assertThrows(CheckpointException.class, () -> folder.resume(2)).getMessage();
    assertTrue(message.startsWith("There is no save of step 2 in " + root.resolve("steps")), message);
  }

  @Test
  void savesOfStepsThatARunWentBackFromGoWithTheNext() throws IOException {
    for (long next : new long[] {4, 7, 10}) {
      TinyRun.save(folder, 1, 9);
      TinyRun.save(folder, 2, 9);
      TinyRun.save(folder, 5, 2, 9);
      TinyRun.save(folder, 7, 2, 9);
      folder.goBackTo(2);
      assertEquals(7, TinyRun.requireWhole(folder.resume()));
      TinyRun.save(folder, next, 2, 9);
      assertEquals(Set.of(1L, 2L, next), folder.saves().keySet());
      assertEquals(next, TinyRun.requireWhole(folder.resume()));
      assertEquals(next, TinyRun.requireWhole(folder.load()));
      TinyRun.save(folder, 11, 2, 9);
      assertEquals(Set.of(1L, 2L, next, 11L), folder.saves().keySet());
      FileOperations.SYSTEM.deleteTree(root);
    }
  }

  @Test
  void savesTheSameStepAgain() throws IOException {
    TinyRun.save(folder, 3, 2);
    Path before = Files.createFile(root.resolve("steps/000003/of-the-first-save"));
    TinyRun.save(folder, 3, 2);
    assertFalse(Files.exists(before));
    assertEquals(List.of("000003", "best"), names(root.resolve("steps")));
    assertEquals(3, TinyRun.requireWhole(folder.resume()));
    assertTrue(Files.isSameFile(root.resolve("model.safetensors"), root.resolve("steps/000003/model.safetensors")));
  }

  @Test
  void savesOnAThreadThatWasInterrupted() {
    Thread.currentThread().interrupt();
    TinyRun.save(folder, 3, 2);
    assertTrue(Thread.interrupted());
    assertEquals(3, TinyRun.requireWhole(folder.resume()));
  }

  @Test
  void namesSavesAlikeWhateverDigitsALanguageHas() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      TinyRun.save(folder, 1, 2);
      TinyRun.save(folder, 2, 2);
      TinyRun.save(folder, 3, 2);
    } finally {
      Locale.setDefault(before);
    }
    assertEquals(Set.of(2L, 3L), folder.saves().keySet());
    assertEquals(3, TinyRun.requireWhole(folder.resume()));
  }

  @Test
  void leavesLogsAndStrangersAlone() throws IOException {
    Files.createDirectories(root.resolve("steps/notes"));
    Files.writeString(root.resolve("metrics.jsonl"), "{}\n");
    Files.writeString(root.resolve("README"), "mine");
    Files.writeString(root.resolve("steps/000009"), "a file, and no save");
    Files.createDirectories(root.resolve("steps/0000010"));
    assertTrue(folder.exists());
    assertFalse(folder.resumable());
    TinyRun.save(folder, 4, 1);
    assertEquals("{}\n", Files.readString(root.resolve("metrics.jsonl")));
    assertEquals(List.of("0000010", "000004", "000009", "notes"), names(root.resolve("steps")));
    Files.createDirectories(root.resolve("steps/000003.old"));
    Files.createDirectories(root.resolve("steps/best.tmp"));
    Files.createDirectories(root.resolve("steps/notes.old"));
    folder.beginRun();
    assertEquals(4, TinyRun.requireWhole(folder.load()));
    assertEquals(4, TinyRun.requireWhole(folder.resume()));
    TinyRun.save(folder, 2, 1);
    assertTrue(names(root).containsAll(List.of("README", "steps")) && !names(root).contains("metrics.jsonl"), names(root).toString());
    assertEquals(List.of("0000010", "000002", "000009", "notes", "notes.old"), names(root.resolve("steps")));
  }

  @Test
  void logsStandAsideUntilTheRunThatReplacesTheirsHasSaved() throws IOException {
    TinyRun.save(folder, 4, 1);
    Path metrics = Files.writeString(root.resolve("metrics.jsonl"), "of the first");
    Path report = Files.writeString(root.resolve("report.html"), "page of the first");
    // A process that was killed leaves its own in their place.
    for (int killed = 0; killed < 2; killed++) {
      new CheckpointFolder(root).beginRun();
      assertFalse(Files.exists(metrics) || Files.exists(report));
      Files.writeString(metrics, "of one without a save");
      Files.writeString(report, "page of one without a save");
    }
    assertTrue(folder.dropUnsavedRun());
    assertEquals("of the first", Files.readString(metrics));
    assertEquals("page of the first", Files.readString(report));
    assertFalse(folder.dropUnsavedRun());
    folder.beginRun();
    Files.writeString(metrics, "of the second");
    TinyRun.save(folder, 2, 1);
    assertFalse(folder.dropUnsavedRun());
    assertEquals("of the second", Files.readString(metrics));
    assertEquals(List.of(), names(root).stream().filter(name -> name.endsWith(".replaced")).toList());
  }

  @Test
  void aRunThatReplacedAnotherKeepsItsOwnSaves() {
    TinyRun.save(folder, 4, 2);
    folder.beginRun();
    TinyRun.save(folder, 1, 2);
    TinyRun.save(folder, 2, 2);
    assertEquals(Set.of(1L, 2L), folder.saves().keySet());
  }

  @Test
  void doesNotReplaceWhatIsNoRun() throws IOException {
    Files.createDirectories(root.resolve("steps/stones"));
    for (String name : List.of("config.json", "tokenizer.json", "report.html", "model.safetensors", "a", "b")) {
      Files.writeString(root.resolve(name), "mine");
    }
    List<String> before = names(root);
    String message = assertThrows(CheckpointException.class, folder::beginRun).getMessage();
    assertTrue(message.startsWith(root + " is no folder for a training run: it holds "), message);
    assertTrue(message.contains("\"config.json\"") && message.contains(" and 2 more;"), message);
    assertTrue(message.endsWith("choose another folder."), message);
    assertEquals(before, names(root));
    Path file = root.resolve("a");
    message = assertThrows(CheckpointException.class, new CheckpointFolder(file)::beginRun).getMessage();
    assertTrue(message.contains(file + " is no folder for a training run: it is a file;"), message);
  }

  @Test
  void replacesTheRunThatOneSaveAloneShows() throws IOException {
    for (String only : List.of("steps/000003", "steps/best", "steps/000003.old", "training.json")) {
      TinyRun.save(folder, 3, 1);
      Path kept = temporary.resolve("kept");
      Files.move(root.resolve(only.replace(".old", "")), kept);
      Files.delete(root.resolve("training.json").equals(root.resolve(only)) ? root.resolve("config.json") : root.resolve("training.json"));
      FileOperations.SYSTEM.deleteTree(root.resolve("steps"));
      Files.createDirectories(root.resolve("steps"));
      Files.move(kept, root.resolve(only));
      folder.beginRun();
      TinyRun.save(folder, 2, 1);
      assertEquals(2, TinyRun.requireWhole(folder.load()), only);
      assertEquals(List.of("000002"), names(root.resolve("steps")), only);
      FileOperations.SYSTEM.deleteTree(root);
    }
  }

  @Test
  void aRunWithoutASaveIsNothingToLose() throws IOException {
    Files.createDirectories(root.resolve("tokens"));
    Files.createDirectories(root.resolve("steps/000001.tmp"));
    Files.writeString(root.resolve("metrics.jsonl"), "{}\n");
    Files.writeString(root.resolve("report.html"), "<html>");
    assertFalse(folder.exists());
    folder.beginRun();
    assertEquals(List.of("steps", "tokens"), names(root));
    Files.writeString(root.resolve("report.html"), "of something else");
    assertTrue(folder.exists());
    Files.delete(root.resolve("report.html"));
    Files.createDirectories(root.resolve("steps/notes.tmp"));
    assertTrue(folder.exists());
  }

  @Test
  void anEmptyFolderIsNoRun() throws IOException {
    Files.createDirectories(root);
    assertFalse(folder.exists());
    assertTrue(assertThrows(CheckpointException.class, folder::resume).getMessage().contains(root.resolve("steps").toString()));
    assertThrows(CheckpointException.class, folder::load);
    Files.createFile(root.resolve("x"));
    assertTrue(folder.exists());
    assertTrue(new CheckpointFolder(root.resolve("x")).exists());
    Files.move(root.resolve("x"), root.resolve("steps"));
    assertTrue(folder.exists());
  }

  @Test
  void ignoresUnfinishedSavesAndClearsThemWithTheNext() throws IOException {
    TinyRun.save(folder, 3, 2);
    Files.createDirectories(root.resolve("steps/000004.tmp"));
    Files.createFile(root.resolve("steps/000004.tmp/model.safetensors"));
    Files.createFile(root.resolve("model.safetensors.tmp"));
    assertEquals(3, TinyRun.requireWhole(folder.resume()));
    assertEquals(3, TinyRun.requireWhole(folder.load()));
    TinyRun.save(folder, 5, 2);
    assertEquals(List.of("000003", "000005", "best"), names(root.resolve("steps")));
    assertEquals(new TreeSet<>(Stream.concat(FILES.stream(), Stream.of("steps")).toList()), new TreeSet<>(names(root)));
  }

  @Test
  void copiesWhereThereAreNoHardLinks() throws IOException {
    FileOperations withoutLinks = new FileOperations() {
      @Override
      void link(Path link, Path existing) {
        throw new UnsupportedOperationException();
      }
    };
    CheckpointFolder copying = new CheckpointFolder(root, withoutLinks);
    TinyRun.save(copying, 3, 1);
    TinyRun.save(copying, 4, 1);
    assertFalse(Files.isSameFile(root.resolve("model.safetensors"), root.resolve("steps/000004/model.safetensors")));
    assertEquals(4, TinyRun.requireWhole(copying.load()));
    assertEquals(4, TinyRun.requireWhole(copying.resume()));
    assertEquals(3, best());
  }

  @Test
  void namesTheDamagedFileOfASave() throws IOException {
    TinyRun.save(folder, 3, 2);
    Path save = root.resolve("steps/000003");
    for (String name : List.of("optimizer.safetensors", "training.json")) {
      Path file = save.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, new byte[] {1, 2, 3});
      assertTrue(assertThrows(CheckpointException.class, folder::resume).getMessage().startsWith(file + " "), name);
      Files.delete(file);
      String message = assertThrows(CheckpointException.class, folder::resume).getMessage();
      assertTrue(message.contains("no " + file) || message.contains("no file " + file), message);
      Files.write(file, whole);
    }
    String training = Files.readString(save.resolve("training.json"));
    for (String[] change : new String[][] {
        {"\"step\" : 3", "\"step\" : -3"}, {"\"position\" : 48", "\"position\" : 4.8"}, {"\"seed\" : -5", "\"seed\" : 1e99"},
        {"\"best_step\" : 3", "\"best_step\" : 4"}, {"\"best_step\" : 3", "\"best_step\" : -1"},
        {"\"evaluations_since_best\" : 0", "\"evaluations_since_best\" : -1"}, {"\"return_step\" : 3", "\"return_step\" : 4"},
        {"\"return_step\" : 3", "\"return_step\" : -1"},
        {"\"best\" : true", "\"best\" : 1"},
        {"\"best_validation_loss\" : 1.997", "\"best_validation_loss\" : \"1\""},
        {"\"evaluations\" : [", "\"evaluations\" : [ 1, "}, {"\"losses\" : {", "\"losses\" : 1, \"x\" : {"},
        {"\"latest\" : [ 2.5", "\"latest\" : [ true"}, {"\"latest\" : [ 2.5, 2.25 ]", "\"latest\" : 2.5"},
        {"\"sum_since_evaluation\" : 4.75", "\"sum_since_evaluation\" : [ ]"},
        {"\"steps_since_evaluation\" : 2", "\"steps_since_evaluation\" : -2"},
        {"\"options\" : {", "\"options\" : 1, \"x\" : {"}}) {
      assertTrue(training.contains(change[0]), training);
      Files.writeString(save.resolve("training.json"), training.replace(change[0], change[1]));
      String message = assertThrows(CheckpointException.class, folder::resume).getMessage();
      assertTrue(message.contains(change[0].substring(0, change[0].indexOf(' ')) + " must"), message);
    }
  }

  private void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    // Not in place: the file has other names.
    Files.delete(file);
    Files.writeString(file, text.replace(from, to));
  }

  private long bestStepOnResume() {
    try (WholeSave run = folder.resume()) {
      return run.state().best().step();
    }
  }

  @Test
  void theBestStepIsThatOfTheSave() throws IOException {
    for (long step = 2; step <= 5; step++) {
      TinyRun.save(folder, step, 1);
    }
    FileOperations.SYSTEM.deleteTree(root.resolve("steps/best"));
    assertEquals(3, bestStepOnResume());
  }

  @Test
  void theBestStepOfAnOlderSaveIsThatOfTheBestFolder() throws IOException {
    TinyRun.save(folder, 2, 1);
    edit(root.resolve("steps/000002/training.json"), "\"best_step\" : 0,", "");
    assertEquals(0, bestStepOnResume());
    for (long step = 3; step <= 5; step++) {
      TinyRun.save(folder, step, 1);
    }
    edit(root.resolve("steps/000005/training.json"), "\"best_step\" : 3,", "");
    assertEquals(3, bestStepOnResume());
    edit(root.resolve("steps/best/training.json"), "\"step\" : 3", "\"step\" : 9");
    assertEquals(5, bestStepOnResume());
  }

  @Test
  void trainingStateMayBeLongAndConfigMayNot() throws IOException {
    TinyRun.save(folder, 3, 1);
    Path save = root.resolve("steps/000003");
    String filler = "{" + " ".repeat(1 << 20);
    edit(save.resolve("training.json"), "{", filler);
    assertEquals(3, TinyRun.requireWhole(folder.resume()));
    edit(root.resolve("config.json"), "{", filler);
    assertTrue(assertThrows(CheckpointException.class, folder::load).getMessage().contains("larger than 1 MiB"));
    try (FileChannel channel = FileChannel.open(save.resolve("training.json"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 64 << 20);
    }
    assertTrue(assertThrows(CheckpointException.class, folder::resume).getMessage().contains("larger than 64 MiB"));
  }

  @Test
  void namesAMomentThatDoesNotFit() {
    TinyRun.save(folder, 3, 2);
    ModelConfig wider = ModelConfig.gpt2(11, 4, 8, 1, 2);
    try (WholeSave run = folder.resume();
        ParameterSet wrong = ParameterSet.zeros(new ParameterTable(wider))) {
      String message = assertThrows(CheckpointException.class, () -> copyMoments(run.state(), "exp_avg", wrong)).getMessage();
      assertTrue(message.contains("step 3") && message.contains("exp_avg.wte.weight"), message);
      message = assertThrows(CheckpointException.class, () -> copyMoments(run.state(), "other", wrong)).getMessage();
      assertTrue(message.contains("nothing"), message);
    }
  }

  private static void copyMoments(TrainingState state, String kind, ParameterSet into) {
    TrainingState.moments(kind, into).forEach(state::copyMoment);
  }
}
