package dev.minnow.corpus;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;

/**
 * Where fetched corpora lie: in {@code MINNOW_CORPORA} if that is set, else in the folder {@code corpora} of the project that this program
 * was built in, else in {@code .cache/minnow/corpora} of the user's home.
 */
final class CorporaFolder {
  private static final String VARIABLE = "MINNOW_CORPORA";

  private CorporaFolder() {}

  static Path ofThisProgram() {
    return of(System.getenv(), program(), Path.of(System.getProperty("user.home")));
  }

  /**
   * The folder.
   *
   * @param program where the classes lie: a jar or a folder somewhere below that of the project
   */
  static Path of(Map<String, String> environment, Optional<Path> program, Path home) {
    String given = environment.getOrDefault(VARIABLE, "");
    if (!given.isEmpty()) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    for (Path at = program.orElse(null); at != null; at = at.getParent()) {
      Path corpora = at.resolve("corpora");
      if (Files.exists(corpora.resolve("catalog.json")) && Files.isWritable(corpora)) {
        return corpora;
      }
    }
    return home.resolve(Path.of(".cache", "minnow", "corpora"));
  }

  private static Optional<Path> program() {
    CodeSource source = CorporaFolder.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? Optional.empty() : Optional.of(Path.of(source.getLocation().toURI()));
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Loaded from elsewhere than a file.
      return Optional.empty();
    }
  }
}
