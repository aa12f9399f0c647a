package dev.minnow.cli;

import java.nio.file.Path;
import java.util.Objects;

/** Where a run goes that does not say so. */
final class UsualFolder {
  private static final Path CHECKPOINTS = Path.of("checkpoints");

  private UsualFolder() {}

  /** The folder of checkpoints that is named after the first word of a run's corpus, or "model" if that has no name. */
  static Path of(String word) {
    Path file = Path.of(word).toAbsolutePath().normalize().getFileName();
    String name =
        Objects.toString(file, "")
            .replaceFirst("(?<=.)\\.[^.]*$", "")
            .replaceAll("[^\\p{L}\\p{N}._-]+", "-")
            .replaceAll("^[.-]+|[.-]+$", "");
    return CHECKPOINTS.resolve(name.isEmpty() ? "model" : name);
  }
}
