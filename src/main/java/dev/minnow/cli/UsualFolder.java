package dev.minnow.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** Where a run goes that does not say so. */
final class UsualFolder {
  private static final Path CHECKPOINTS = Path.of("checkpoints");

  private UsualFolder() {}

  /** The folder of checkpoints that is named after the first word of a run's corpus, or "model" if that has no name. */
  static Path of(String word) {
    String name =
        lastName(word)
            .replaceFirst("(?<=.)\\.[^.]*$", "")
            .replaceAll("[^\\p{L}\\p{N}._-]+", "-")
            .replaceAll("^[.-]+|[.-]+$", "");
    return CHECKPOINTS.resolve(name.isEmpty() ? "model" : name);
  }

  private static String lastName(String word) {
    try {
      return Objects.toString(Path.of(word).toAbsolutePath().normalize().getFileName(), "");
    } catch (InvalidPathException e) {
      // A glob is no path where no name may have an asterisk.
      return word.substring(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1);
    }
  }
}
