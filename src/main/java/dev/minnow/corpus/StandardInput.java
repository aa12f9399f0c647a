package dev.minnow.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Text from a pipe. It is kept in a temporary file, since text is read more than once; the file goes when the program ends. */
final class StandardInput {
  private StandardInput() {}

  /**
   * Keeps all of a stream.
   *
   * @throws CorpusException if there is nothing in it, or it cannot be kept
   */
  static Source keep(InputStream in, ReadingOptions options) {
    try {
      Path file = Files.createTempFile("minnow-input", "");
      file.toFile().deleteOnExit();
      if (Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING) == 0) {
        throw new CorpusException("Standard input is empty; pipe text into it.");
      }
      return FileSource.ofContent(file, "standard input", options);
    } catch (IOException e) {
      throw new CorpusException("Standard input cannot be kept in a temporary file (" + e.getMessage() + "); free some space.", e);
    }
  }
}
