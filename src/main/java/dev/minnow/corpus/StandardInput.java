package dev.minnow.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Text from a pipe. It is kept in a temporary file, since text is read more than once, and opened again by every fold of a training; the
 * file goes when the program ends.
 */
final class StandardInput {
  /** What was in a stream, which gives it but once. */
  private static final Map<InputStream, Path> KEPT = new WeakHashMap<>();

  private StandardInput() {}

  /**
   * Keeps all of a stream, unless that was done before.
   *
   * @throws CorpusException if there is nothing in it, or it cannot be kept
   */
  static Source keep(InputStream in, ReadingOptions options) {
    try {
      return FileSource.ofContent(kept(in), "standard input", options);
    } catch (IOException e) {
      throw new CorpusException("Standard input cannot be kept in a temporary file (" + e.getMessage() + "); free some space.", e);
    }
  }

  private static synchronized Path kept(InputStream in) throws IOException {
    Path known = KEPT.get(in);
    if (known != null) {
      return known;
    }
    Path file = Files.createTempFile("minnow-input", "");
    file.toFile().deleteOnExit();
    if (Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING) == 0) {
      throw new CorpusException("Standard input is empty; pipe text into it.");
    }
    KEPT.put(in, file);
    return file;
  }
}
