package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoleFileTest {
  @TempDir
  private Path folder;

  /** Prints whether this process gets the file. */
  static final class Taker {
    private Taker() {}

    static void main(String[] arguments) throws IOException {
      System.out.print(SoleFile.lock(Path.of(arguments[0])).isPresent());
    }
  }

  private static boolean anotherProcessGets(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
            Taker.class.getName(), file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return Boolean.parseBoolean(said);
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
