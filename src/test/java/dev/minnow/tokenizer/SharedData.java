package dev.minnow.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Published data that is not part of the repository: {@code shared/data} in a folder above it. */
public final class SharedData {
  private SharedData() {}

  /** A file or folder of the data; where it is absent, the test is reported as aborted with this reason. */
  public static Path require(String name) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path found = folder.resolve("shared/data").resolve(name);
      if (Files.exists(found)) {
        return found;
      }
    }
    String reason = "NOT TESTED: shared/data/" + name + " is in no folder above the repository.";
    // Surefire's summary counts aborted tests but does not say why.
    System.err.println(reason);
    return Assumptions.abort(reason);
  }
}
