package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of a save's file operations where no test that kills one can see it: what the disk has, and what outlives a power cut. */
class SaveOrderTest {
  private static final int FILES_OF_A_SAVE = 7;

  @TempDir
  private Path root;

  private final FaultyFiles files = new FaultyFiles(0, false);

  private String operations() {
    return files.operations().stream().map(words -> words.replace(root + "/", "")).collect(Collectors.joining("\n"));
  }

  private static void requireInOrder(String operations, String... inOrder) {
    int position = 0;
    for (String words : inOrder) {
      int found = operations.indexOf(words, position);
      assertTrue(found >= 0, words + " in\n" + operations);
      position = found;
    }
  }

  @Test
  void waitsForTheDiskBeforeANameSaysThatASaveIsWhole() {
    TinyRun.save(new CheckpointFolder(root, files), 3, 1);
    String operations = operations();
    String step = "steps/000003.tmp";
    requireInOrder(
        operations, "createFolder " + step, "syncFolder " + step, "rename " + step + " steps/000003", "syncFolder steps\n",
        "createFolder steps/best.tmp", "syncFolder steps/best.tmp", "rename steps/best.tmp steps/best", "syncFolder steps\n",
        "rename config.json.tmp config.json", "rename model.safetensors.tmp model.safetensors", "syncFolder " + root);
    String written = operations.substring(0, operations.indexOf("syncFolder " + step));
    assertEquals(FILES_OF_A_SAVE, written.split("create " + step, -1).length - 1, written);
    assertTrue(written.matches("(?s)(.*create [^\n]*(\nwrite)+\nsync\n){" + FILES_OF_A_SAVE + "}"), written);
  }

  /** The new save's name says that logs aside are to go: it has that name from before the first of them goes until the last is gone. */
  @Test
  void theLogsOfAnEarlierRunGoWhenTheNewRunCountsAndItsSavesAndModelAfter() throws IOException {
    TinyRun.save(new CheckpointFolder(root), 4, 1);
    Files.writeString(root.resolve("metrics.jsonl"), "of the first");
    CheckpointFolder folder = new CheckpointFolder(root, files);
    folder.beginRun();
    TinyRun.save(folder, 1, 1);
    requireInOrder(
        operations(), "rename metrics.jsonl metrics.jsonl.replaced", "create steps/000001.tmp/training.json",
        "rename steps/000001.tmp steps/000001.new", "syncFolder steps\n", "delete metrics.jsonl.replaced", "syncFolder " + root + "\n",
        "delete steps/000004\n",
        "rename steps/000001.new steps/000001", "delete model.safetensors\n", "rename model.safetensors.tmp model.safetensors");
  }
}
