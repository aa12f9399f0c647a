package dev.minnow.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * A file of text, which is one document, or of JSON lines, which is many; either may be compressed with gzip.
 *
 * @param file where it is
 * @param named whether someone asked for this very file: then it must be text
 */
record FileSource(Path file, boolean named) implements Source {
  /** For progress only; English text compresses about this much. */
  private static final long USUAL_GZIP_RATIO = 3;

  private boolean isGzip() {
    return lowerCaseName().endsWith(".gz");
  }

  private boolean isJsonLines() {
    String name = lowerCaseName();
    return JsonLines.isNameOfOne(isGzip() ? name.substring(0, name.length() - ".gz".length()) : name);
  }

  private String lowerCaseName() {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public String recipe() {
    return isJsonLines() ? "jsonl" : "text";
  }

  @Override
  public long estimatedBytes() throws IOException {
    return Files.size(file) * (isGzip() ? USUAL_GZIP_RATIO : 1);
  }

  @Override
  public void read(DocumentReader documents) throws IOException {
    String name = file.toString();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = isGzip() ? new ExpansionLimit(name, Files.size(file)).guard(new GZIPInputStream(raw, 1 << 16)) : raw) {
      if (isJsonLines()) {
        JsonLines.read(name, named, in, documents);
      } else if (named) {
        documents.read(name, in);
      } else {
        documents.readIfText(name, in, UnaryOperator.identity());
      }
    }
  }
}
