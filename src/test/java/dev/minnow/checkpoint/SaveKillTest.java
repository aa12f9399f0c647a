package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed at random moments of its saves. {@code scripts/check-saves} kills it more often. */
class SaveKillTest {
  private static final int KILLS = Integer.getInteger("minnow.kills", 20);
  private static final int LONGEST_WAIT_MILLIS = 60;

  @Test
  void aKilledProcessLeavesItsLastSaveOrTheOneInHand(@TempDir Path root) throws IOException, InterruptedException {
    CheckpointFolder folder = new CheckpointFolder(root);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 1; kill <= KILLS; kill++) {
      long printed = saveAndKill(root, random.nextInt(LONGEST_WAIT_MILLIS));
      String when = "kill " + kill + " of seed " + seed;
      long resumed = TinyRun.requireWhole(folder.resume());
      long loaded = TinyRun.requireWhole(folder.load());
      assertTrue(resumed == printed || resumed == printed + 1, when + ": resumed " + resumed + " after " + printed);
      assertTrue(loaded == printed || loaded == printed + 1, when + ": loaded " + loaded + " after " + printed);
      if (resumed > 3) {
        Path best = new StepFolders(root.resolve("steps"), FileOperations.SYSTEM).whole("best");
        long last = resumed - resumed % 3;
        long step = TinyRun.requireWhole(WholeSave.open(best));
        // Between the two renames that make a save and those that make it the best, it is not the best yet.
        assertTrue(step == last || resumed == last && step == last - 3, when + ": best " + step + " after " + resumed);
      }
    }
    TinyRun.save(folder, folder.saves().lastKey() + 1, 2);
    assertEquals(2, folder.saves().size());
  }

  /** Lets a process save until some time after its first save, kills it, and returns the last step that it called saved. */
  private static long saveAndKill(Path root, int millis) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
            java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
            SavingProcess.class.getName(), root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      String last = lines.readLine();
      Thread.sleep(millis);
      // Through the handle, because the process's own method closes the pipe with what is in it.
      process.toHandle().destroyForcibly();
      for (String line = last; line != null; line = lines.readLine()) {
        last = line;
      }
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
      return Long.parseLong(String.valueOf(last));
    } finally {
      process.destroyForcibly();
    }
  }
}
