package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Saves to a disk that is really full. {@code scripts/check-saves} makes the disk and runs this. */
class FullDiskCheck {
  private static final int ROUNDS = 100;

  @Test
  void aFullDiskIsNamedAndLeavesEarlierSaves() throws IOException {
    Path disk = Path.of(Objects.requireNonNull(System.getProperty("minnow.small.disk"), "Run scripts/check-saves."));
    CheckpointFolder folder = new CheckpointFolder(disk.resolve("run"));
    TinyRun.save(folder, 3, 1);
    TinyRun.save(folder, 4, 1);
    long free = Files.getFileStore(disk).getUsableSpace();
    TinyRun.save(folder, 5, 2);
    int saveBytes = Math.toIntExact(free - Files.getFileStore(disk).getUsableSpace());
    long step = 5;
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      Path filler = disk.resolve("filler");
      int left = random.nextInt(saveBytes);
      Files.write(filler, new byte[Math.toIntExact(Files.getFileStore(disk).getUsableSpace()) - left]);
      long next = step + 1;
      String message =
          String.valueOf(assertThrows(CheckpointException.class, () -> TinyRun.save(folder, next, 2), left + " bytes").getMessage());
      assertTrue(message.contains("No space left on device; free some space"), message);
      long resumed = TinyRun.requireWhole(folder.resume());
      assertTrue(resumed == step || resumed == next, left + " bytes left: resumed " + resumed);
      long loaded = TinyRun.requireWhole(folder.load());
      assertTrue(loaded == step || loaded == resumed, left + " bytes left: loaded " + loaded);
      try (Stream<Path> all = Files.walk(disk)) {
        assertEquals(0, all.filter(path -> path.toString().endsWith(".tmp")).count(), left + " bytes left");
      }
      Files.delete(filler);
      step = next;
      TinyRun.save(folder, step, 2);
      assertEquals(step, TinyRun.requireWhole(folder.resume()));
    }
  }
}
