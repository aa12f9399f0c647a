package dev.minnow.corpus;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
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
    URL location = source == null ? null : source.getLocation();
    try {
      // Classes from a cache that was moved with its program know no place; the class path does.
      return Optional.of(
          location == null ? Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0]).toAbsolutePath()
              : Path.of(location.toURI()));
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Loaded from elsewhere than a file.
      return Optional.empty();
    }
  }
}
