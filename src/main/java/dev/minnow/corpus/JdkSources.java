package dev.minnow.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;

/** The corpus {@code jdk}: the Java sources that a JDK ships in {@code lib/src.zip}, without their licence comments. */
final class JdkSources {
  /** Two modules that are tables of numbers and names rather than programs, a fifth of the text. */
  private static final Set<String> MODULES_OF_TABLES = Set.of("jdk.localedata", "jdk.charsets");

  private JdkSources() {}

  /**
   * The sources of one JDK.
   *
   * @throws CorpusException if it ships none
   */
  static Source of(Path javaHome) {
    return of(javaHome, JdkSources::isProgram);
  }

  static Source of(Path javaHome, Predicate<String> chosen) {
    Path archive = archive(javaHome);
    if (!Files.isReadable(archive)) {
      throw new CorpusException(
          "The corpus jdk needs "
              + archive
              + ", which this JDK does not ship; use a JDK with sources, such as Eclipse Temurin's, or any text of your own.");
    }
    return new ZipSource(archive, "jdk 1", chosen, LicenceComments::drop);
  }

  static Path archive(Path javaHome) {
    return javaHome.resolve("lib", "src.zip");
  }

  private static boolean isProgram(String entry) {
    int slash = entry.indexOf('/');
    return entry.endsWith(".java") && slash > 0 && !MODULES_OF_TABLES.contains(entry.substring(0, slash));
  }
}
