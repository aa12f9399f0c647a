package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  @TempDir
  private Path outer;

  private static void fill(Path folder) throws IOException {
    Path deep = Files.createDirectories(folder.resolve("a").resolve("b"));
    Files.writeString(deep.resolve("file"), "text");
    Files.writeString(folder.resolve("file"), "text");
  }

  @Test
  void closingDeletesAllThatIsInIt() throws IOException {
    Path path;
    try (TemporaryFolder folder = TemporaryFolder.create("minnow-test")) {
      path = folder.path();
      fill(path);
      assertTrue(Files.isDirectory(path));
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void closingWhatIsGoneAlreadyIsNoFailure() throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("minnow-test")) {
      Files.delete(folder.path());
    }
  }

  @Test
  void aProgramThatEndsBeforeClosingLeavesNothing() throws Exception {
    Process process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Djava.io.tmpdir=" + outer, "-cp",
            System.getProperty("java.class.path"), Ending.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(Ending.CODE, process.waitFor(), said);
    assertEquals("made 2\n", said);
    assertEquals(0, outer.toFile().list().length);
  }

  /** Ends while its folders are open. */
  static final class Ending {
    static final int CODE = 143;

    private Ending() {}

    static void main() throws IOException {
      fill(TemporaryFolder.create("one").path());
      fill(TemporaryFolder.create("two").path());
      System.out.println("made " + Path.of(System.getProperty("java.io.tmpdir")).toFile().list().length);
      System.exit(CODE);
    }
  }
}
