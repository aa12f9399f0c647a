package dev.minnow.cli;

import dev.minnow.corpus.ReadingOptions;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the text stands in files that hold more than text. */
final class ReadingSwitches {
  @Option(names = "--field", paramLabel = "NAME",
      description = "Field of JSON objects that holds the text, with dots between names for a field within a field (text).")
  @Nullable
  private String field;

  @Option(names = "--column", paramLabel = "NAME", description = "Column of CSV and TSV files that holds the text (text, or the only one).")
  @Nullable
  private String column;

  @Option(names = "--encoding", paramLabel = "NAME", description = "Encoding of files without a byte order mark (found out).")
  @Nullable
  private String encoding;

  /**
   * The options they make.
   *
   * @throws IllegalArgumentException if one cannot be
   */
  ReadingOptions options() {
    return new ReadingOptions(field == null ? ReadingOptions.defaults().field() : field, column,
        encoding == null ? null : charset(encoding));
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException("--encoding cannot be \"" + name + "\"; it takes a name such as UTF-8 or ISO-8859-1.", e);
    }
  }
}
