package dev.minnow.corpus;

import java.util.Arrays;
import java.util.Optional;

/** What some formats of text are read with, and applications that read plain text do without. */
enum OptionalLibrary {
  COMMONS_COMPRESS("org/apache/commons/", "org.apache.commons:commons-compress"), //
  AIRCOMPRESSOR("io/airlift/", "io.airlift:aircompressor"), //
  LUCENE("org/apache/lucene/", "org.apache.lucene:lucene-analysis-common"), //
  JACKSON_CSV("com/fasterxml/jackson/dataformat/", "com.fasterxml.jackson.dataformat:jackson-dataformat-csv");

  private final String classes;
  private final String dependency;

  OptionalLibrary(String classes, String dependency) {
    this.classes = classes;
    this.dependency = dependency;
  }

  /** What to say where a text needs a class that is not there; nothing if it is a class of none of these libraries. */
  static Optional<CorpusException> missing(String text, NoClassDefFoundError error) {
    String name = String.valueOf(error.getMessage());
    return Arrays.stream(values())
        .filter(library -> name.startsWith(library.classes))
        .findFirst()
        .map(
            library -> new CorpusException(
                "%s cannot be read without the library %s; add that dependency.".formatted(text, library.dependency), error));
  }
}
