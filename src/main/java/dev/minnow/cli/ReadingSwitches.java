package dev.minnow.cli;

import dev.minnow.corpus.ReadingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the text stands in files that hold more than text. */
final class ReadingSwitches extends OptionGroup {
  @Option(names = "--field", paramLabel = "NAME",
      description = "Field of JSON objects that holds the text, with dots between names for a field within a field (text).")
  @Nullable
  String field;

  @Option(names = "--column", paramLabel = "NAME", description = "Column of CSV and TSV files that holds the text (text, or the only one).")
  @Nullable
  String column;

  @Option(names = "--encoding", paramLabel = "NAME", description = "Encoding of files without a byte order mark (found out).")
  @Nullable
  String encoding;

  /**
   * The options they make.
   *
   * @throws IllegalArgumentException if one cannot be
   */
  ReadingOptions options() {
    return ReadingOptions.of(field, column, encoding);
  }
}
