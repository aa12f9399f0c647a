package dev.minnow.corpus;

import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * Where the text of a corpus's files stands.
 *
 * @param field the field of JSON objects; names with dots between them for a field within a field, as in {@code document.text}
 * @param column the column of CSV and TSV files, as the first row names it; null for {@code text}, or else the only one
 * @param encoding of files without a byte order mark; null to find out
 */
public record ReadingOptions(String field, @Nullable String column, @Nullable Charset encoding) {
  public ReadingOptions {
    if (field.isEmpty() || (column != null && column.isEmpty())) {
      throw new IllegalArgumentException("The field and the column that hold the text must have a name.");
    }
  }

  /** The field {@code text}, the column {@code text} or the only one, any encoding. */
  public static ReadingOptions defaults() {
    return new ReadingOptions("text", null, null);
  }

  /** Other options read other text from the same files. */
  String recipe() {
    return "field " + field + (column == null ? "" : ", column " + column) + (encoding == null ? "" : ", encoding " + encoding.name());
  }
}
