package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoleFileTest {
  @TempDir
  private Path folder;

  private static boolean anotherProcessGets(Path file) throws IOException {
    try (AnotherProcess other = new AnotherProcess(file)) {
      return other.locked();
    }
  }

  @Test
  void whoAsksTwiceDoesNotGiveTheFileAway() throws Exception {
    Path file = folder.resolve("lock");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder).resolve("lock");
    try (SoleFile held = SoleFile.lock(file).orElseThrow()) {
      assertTrue(held.channel().isOpen());
      assertTrue(SoleFile.lock(file).isEmpty());
      assertTrue(SoleFile.lock(link).isEmpty());
      assertEquals(false, anotherProcessGets(file));
    }
    assertEquals(true, anotherProcessGets(file));
    SoleFile.lock(link).orElseThrow().close();
  }
}
