package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A save that ends at each of its file operations in turn. */
class SaveFailureTest {
  private static final int KEEP = 2;

  @TempDir
  private Path temporary;

  private int runs;

  private FaultyFiles unfailing() {
    return new FaultyFiles(0, false);
  }

  private Path runWith(long... steps) {
    Path root = temporary.resolve("run" + runs++);
    for (long step : steps) {
      TinyRun.save(new CheckpointFolder(root, unfailing()), step, KEEP);
    }
    return root;
  }

  /** A run of the same files: a save that wrote into one of them would show in all copies. */
  private Path copyOf(Path original) throws IOException {
    Path copy = temporary.resolve("run" + runs++);
    try (Stream<Path> all = Files.walk(original)) {
      for (Path path : all.toList()) {
        Path target = copy.resolve(original.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectory(target);
        } else {
          Files.createLink(target, path);
        }
      }
    }
    return copy;
  }

  private int operationsOfASave(long step, Path before) throws IOException {
    FaultyFiles counting = unfailing();
    TinyRun.save(new CheckpointFolder(copyOf(before), counting), step, KEEP);
    return counting.operations().size();
  }

  private static List<Path> leftovers(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> path.toString().matches(".*\\.(tmp|old|new|replaced)")).toList();
    }
  }

  /** Requires whole saves of these steps only, wherever one is read. */
  private static void requireOneOf(Set<Long> steps, Path root, String when) {
    CheckpointFolder folder = new CheckpointFolder(root);
    long resumed = TinyRun.requireWhole(folder.resume());
    long loaded = TinyRun.requireWhole(folder.load());
    assertTrue(steps.contains(resumed) && steps.contains(loaded), when + ": resumed " + resumed + ", loaded " + loaded);
    assertTrue(loaded <= resumed, when + ": the top level runs ahead of the saves");
    for (Map.Entry<Long, Path> save : folder.saves().headMap(resumed).entrySet()) {
      assertEquals(save.getKey(), TinyRun.requireWhole(WholeSave.open(save.getValue())), when);
    }
  }

  private static long best(Path root) {
    return TinyRun.requireWhole(WholeSave.open(new StepFolders(root.resolve("steps"), FileOperations.SYSTEM).whole("best")));
  }

  /** Kills a save of {@code step} at each operation; then the folder opens, and the next save leaves it as if nothing had been. */
  private void killEverywhere(long step, long... before) throws IOException {
    Path original = runWith(before);
    int count = operationsOfASave(step, original);
    assertTrue(count > 40, "operations: " + count);
    long last = before[before.length - 1];
    for (int failing = 1; failing <= count; failing++) {
      Path root = copyOf(original);
      FaultyFiles files = new FaultyFiles(failing, true);
      assertThrows(FaultyFiles.Killed.class, () -> TinyRun.save(new CheckpointFolder(root, files), step, KEEP));
      String when = "killed at operation " + failing + ", " + files.operations().get(failing - 1);
      requireOneOf(new HashSet<>(List.of(last, step)), root, when);
      assertTrue(List.of(3L, step).contains(best(root)), when);
      boolean saved = TinyRun.requireWhole(new CheckpointFolder(root).resume()) == step;

      TinyRun.save(new CheckpointFolder(root, unfailing()), step + 1, KEEP);
      assertEquals(List.of(), leftovers(root), when);
      assertEquals(step + 1, TinyRun.requireWhole(new CheckpointFolder(root).load()), when);
      assertEquals(step + 1, TinyRun.requireWhole(new CheckpointFolder(root).resume()), when);
      assertEquals(saved ? step : 3, best(root), when);
    }
  }

  @Test
  void aKilledSaveOfARunThatWentBackLeavesTheOneToGoBackToAgain() throws IOException {
    Path original = runWith(2);
    for (long interrupted : new long[] {5, 7}) {
      TinyRun.save(new CheckpointFolder(original), interrupted, 2, KEEP);
    }
    int count = Integer.MAX_VALUE;
    for (int failing = 1; failing <= count; failing++) {
      Path root = copyOf(original);
      FaultyFiles files = new FaultyFiles(failing, true);
      CheckpointFolder folder = new CheckpointFolder(root, files);
      folder.goBackTo(2);
      try {
        TinyRun.save(folder, 4, 1);
        count = failing;
      } catch (FaultyFiles.Killed _) {
        // As it was meant to be.
      }
      String when = "killed at operation " + failing + ", " + files.operations().getLast();
      long returnStep;
      try (WholeSave saved = new CheckpointFolder(root).resume()) {
        returnStep = saved.state().returnStep();
      }
      assertEquals(returnStep, TinyRun.requireWhole(new CheckpointFolder(root).resume(returnStep)), when);
      assertTrue(List.of(4L, 7L).contains(TinyRun.requireWhole(new CheckpointFolder(root).load())), when);
    }
    assertTrue(count > 40, "operations: " + count);
  }

  @Test
  void aKilledSaveLeavesTheOneBeforeOrIsWhole() throws IOException {
    killEverywhere(6, 2, 3, 4);
  }

  @Test
  void aKilledSaveOfTheSameStepLeavesOneOfThem() throws IOException {
    killEverywhere(3, 1, 2, 3);
  }

  @Test
  void aKilledFirstSaveIsNothingOrWhole() {
    FaultyFiles counting = unfailing();
    TinyRun.save(new CheckpointFolder(runWith(), counting), 3, KEEP);
    int count = counting.operations().size();
    int openable = 0;
    for (int failing = 1; failing <= count; failing++) {
      Path root = runWith();
      FaultyFiles files = new FaultyFiles(failing, true);
      assertThrows(FaultyFiles.Killed.class, () -> TinyRun.save(new CheckpointFolder(root, files), 3, KEEP));
      String when = "killed at operation " + failing + ", " + files.operations().get(failing - 1);
      CheckpointFolder folder = new CheckpointFolder(root);
      if (folder.resumable()) {
        requireOneOf(Set.of(3L), root, when);
        openable++;
      } else {
        assertThrows(CheckpointException.class, folder::load, when);
      }
      TinyRun.save(new CheckpointFolder(root, unfailing()), 4, KEEP);
      assertEquals(4, TinyRun.requireWhole(folder.resume()), when);
    }
    assertTrue(openable > 10, "openable: " + openable);
  }

  @Test
  void aFullDiskIsNamedAndLeavesEarlierSaves() throws IOException {
    Path original = runWith(2, 3, 4);
    int count = operationsOfASave(6, original);
    int failures = 0;
    for (int failing = 1; failing <= count; failing++) {
      Path root = copyOf(original);
      FaultyFiles files = new FaultyFiles(failing, false);
      String when = "failed at operation " + failing;
      try {
        TinyRun.save(new CheckpointFolder(root, files), 6, KEEP);
        assertTrue(files.operations().get(failing - 1).startsWith("link "), when + ": only a link has a way round");
      } catch (CheckpointException e) {
        failures++;
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(root.resolve("steps/000006").toString()) && message.contains("No space left on device")
            && message.contains("free some space") && message.endsWith("."), message);
      }
      assertEquals(List.of(), leftovers(root), when + ", " + files.operations().get(failing - 1));
      requireOneOf(Set.of(4L, 6L), root, when);
      assertTrue(Set.of(3L, 6L).contains(best(root)), when);
    }
    assertTrue(failures > 40, "failures: " + failures);
  }

  private static void log(Path root, String words) throws IOException {
    // Anew: a copy of the folder has the same files.
    for (String name : List.of("metrics.jsonl", "report.html")) {
      Files.deleteIfExists(root.resolve(name));
      Files.writeString(root.resolve(name), words);
    }
  }

  private static void requireLog(String words, Path root, String when) throws IOException {
    assertEquals(words, Files.readString(root.resolve("metrics.jsonl")), when);
    assertEquals(words, Files.readString(root.resolve("report.html")), when);
  }

  private static void replace(CheckpointFolder folder, long step) throws IOException {
    folder.beginRun();
    log(folder.folder(), "of the second");
    TinyRun.save(folder, step, KEEP);
  }

  /** Requires the whole earlier run, of saves 3 and 4, or this step of the new one alone. */
  private static void requireOneRun(long step, Path root, String when) {
    CheckpointFolder folder = new CheckpointFolder(root);
    Set<Long> saves = folder.saves().keySet();
    assertTrue(saves.equals(Set.of(3L, 4L)) || saves.equals(Set.of(step)), when + ": " + saves);
    folder.saves().values().forEach(save -> TinyRun.requireWhole(WholeSave.open(save)));
    long resumed = TinyRun.requireWhole(folder.resume());
    assertTrue(resumed == 4 || resumed == step, when + ": resumed " + resumed);
    long loaded = TinyRun.requireWhole(folder.load());
    assertTrue(loaded == 4 || loaded == step, when + ": loaded " + loaded);
  }

  /**
   * Kills a new run's first save, of {@code step}, at each operation: the folder opens as one run or the other with its own log, never as a
   * mixture.
   */
  private void killReplacementEverywhere(long step) throws IOException {
    FaultyFiles counting = unfailing();
    Path original = runWith(3, 4);
    log(original, "of the first");
    replace(new CheckpointFolder(copyOf(original), counting), step);
    for (int failing = 1; failing <= counting.operations().size(); failing++) {
      Path root = copyOf(original);
      FaultyFiles files = new FaultyFiles(failing, true);
      assertThrows(FaultyFiles.Killed.class, () -> replace(new CheckpointFolder(root, files), step));
      String when = "killed at operation " + failing + ", " + files.operations().get(failing - 1);
      CheckpointFolder folder = new CheckpointFolder(root, unfailing());
      requireOneRun(step, root, when);
      String owner = folder.saves().containsKey(3L) ? "of the first" : "of the second";
      // Whoever starts again, or goes on with what is there, ends with one whole run.
      boolean again = failing % 2 == 0;
      if (again) {
        folder.beginRun();
        log(root, "of the third");
        assertTrue(folder.dropUnsavedRun(), when);
        requireLog(owner, root, when);
        folder.beginRun();
      } else {
        folder.dropUnsavedRun();
        requireLog(owner, root, when);
      }
      TinyRun.save(folder, 6, KEEP);
      assertEquals(6, TinyRun.requireWhole(new CheckpointFolder(root).load()), when);
      assertEquals(6, TinyRun.requireWhole(new CheckpointFolder(root).resume()), when);
      assertEquals(List.of(), leftovers(root), when);
      assertFalse(again && folder.saves().size() > 1, when);
    }
  }

  @Test
  void aKilledReplacementLeavesOneRunOrTheOther() throws IOException {
    killReplacementEverywhere(1);
  }

  @Test
  void aKilledReplacementBySaveOfTheSameStepLeavesOneRunOrTheOther() throws IOException {
    killReplacementEverywhere(4);
  }

  /** A run of one save whose top level is still that of the run, of step 4, that it replaces: what a kill may leave. */
  private Path halfReplaced() throws IOException {
    Path root = copyOf(runWith(3, 4));
    FileOperations.SYSTEM.deleteTree(root.resolve("steps"));
    Files.move(runWith(1).resolve("steps"), root.resolve("steps"));
    return root;
  }

  @Test
  void theNextSaveAfterAKilledReplacementMixesNoTwoRuns() throws IOException {
    Path original = halfReplaced();
    int count = operationsOfASave(2, original);
    for (int failing = 1; failing <= count; failing++) {
      Path root = copyOf(original);
      FaultyFiles files = new FaultyFiles(failing, true);
      assertThrows(FaultyFiles.Killed.class, () -> TinyRun.save(new CheckpointFolder(root, files), 2, KEEP));
      String when = "killed at operation " + failing + ", " + files.operations().get(failing - 1);
      boolean oldState = Files.exists(root.resolve("training.json")) && SavedRun.readState(root).wholeNumber("step") == 4;
      boolean oldWeights = Files.exists(root.resolve("model.safetensors")) && TinyRun.requireWhole(HuggingFaceFolder.load(root)) == 4;
      assertTrue(oldState || !oldWeights, when);
      assertTrue(Set.of(4L, 2L, 1L).contains(TinyRun.requireWhole(new CheckpointFolder(root).load())), when);
    }
  }

  @Test
  void aReplacementThatFindsTheDiskFullLeavesOneRunOrTheOtherAndSaysWhich() throws IOException {
    FaultyFiles counting = unfailing();
    Path original = runWith(3, 4);
    replace(new CheckpointFolder(copyOf(original), counting), 1);
    int failures = 0;
    for (int failing = 1; failing <= counting.operations().size(); failing++) {
      Path root = copyOf(original);
      String when = "failed at operation " + failing + ", " + counting.operations().get(failing - 1);
      CheckpointFolder folder = new CheckpointFolder(root, new FaultyFiles(failing, false));
      boolean began = failing > 2;
      try {
        replace(folder, 1);
      } catch (CheckpointException e) {
        failures++;
        long newest = folder.saves().lastKey();
        String message = String.valueOf(e.getMessage());
        assertTrue(!began || message.contains("(the newest whole save is of step " + newest + ")"), when + ": " + message);
      }
      requireOneRun(1, root, when);
      if (began) {
        TinyRun.save(folder, 2, KEEP);
        assertEquals(2, TinyRun.requireWhole(new CheckpointFolder(root).resume()), when);
        assertFalse(folder.saves().containsKey(4L), when);
        assertEquals(List.of(), leftovers(root), when);
      }
    }
    assertTrue(failures > 100, "failures: " + failures);
  }
}
