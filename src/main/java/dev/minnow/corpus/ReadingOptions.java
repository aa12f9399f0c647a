package dev.minnow.corpus;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;

/**
 * Where the text of a corpus's files stands.
 *
 * @param field the field of JSON objects; names with dots between them for a field within a field, as in {@code document.text}
 * @param column the column of CSV and TSV files, as the first row names it; null for {@code text}, or else the only one
 * @param encoding of files without a byte order mark; null to find out
 * @param keepsMarkup whether pages of HTML are read with their markup, as plain text is
 */
public record ReadingOptions(String field, @Nullable String column, @Nullable Charset encoding, boolean keepsMarkup) {
  public ReadingOptions {
    if (field.isEmpty() || (column != null && column.isEmpty())) {
      throw new IllegalArgumentException("The field and the column that hold the text must have a name.");
    }
  }

  /** The field {@code text}, the column {@code text} or the only one, any encoding, pages without their markup. */
  public static ReadingOptions defaults() {
    return new ReadingOptions("text", null, null, false);
  }

  /** The same but for whether pages keep their markup. */
  public ReadingOptions withMarkup(boolean kept) {
    return new ReadingOptions(field, column, encoding, kept);
  }

  /**
   * Options by name.
   *
   * @param field null for the usual one, as for the others
   * @param encoding a name that {@link Charset#forName} takes
   * @throws IllegalArgumentException if a name is empty, or that of no encoding
   */
  public static ReadingOptions of(@Nullable String field, @Nullable String column, @Nullable String encoding) {
    return new ReadingOptions(field == null ? defaults().field() : field, column, encoding == null ? null : charset(encoding), false);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException("The encoding cannot be \"" + name + "\"; it takes a name such as UTF-8 or ISO-8859-1.", e);
    }
  }

  /** Other options read other text from the same files. */
  String recipe() {
    return "field " + field + (column == null ? "" : ", column " + column) + (encoding == null ? "" : ", encoding " + encoding.name())
        + (keepsMarkup ? ", markup" : "");
  }
}
