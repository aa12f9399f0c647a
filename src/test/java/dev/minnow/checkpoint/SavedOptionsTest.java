package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedOptionsTest {
  @TempDir
  private Path folder;

  @Test
  void aRunIsToldOfWithoutTheFilesBesideItsState() throws IOException {
    assertEquals(Optional.empty(), SavedOptions.find(folder));
    assertEquals(Optional.empty(), SavedOptions.find(Files.createFile(folder.resolve("model.gguf"))));
    TinyRun.save(new CheckpointFolder(folder), 3, 1);
    assertTrue(SavedRun.hasMoments(folder));
    Files.delete(folder.resolve("optimizer.safetensors"));
    assertFalse(SavedRun.hasMoments(folder));
    SavedOptions saved = SavedOptions.find(folder).orElseThrow();
    assertEquals(3, saved.step());
    assertEquals(1e-3, saved.options().get("lr").doubleValue());
  }

  @Test
  void aDamagedStateIsNamed() throws IOException {
    Path state = folder.resolve("training.json");
    for (String damaged : new String[] {"", "[]", "{\"options\":{}}", "{\"step\":-1,\"options\":{}}", "{\"step\":1}",
        "{\"step\":1,\"step\":1}"}) {
      Files.writeString(state, damaged);
      String message = assertThrows(CheckpointException.class, () -> SavedOptions.find(folder), damaged).getMessage();
      assertTrue(message.startsWith(state.toString()) && message.endsWith("."), message);
    }
  }
}
