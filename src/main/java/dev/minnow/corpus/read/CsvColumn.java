package dev.minnow.corpus.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.minnow.tokenizer.JsonProblem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The texts in one column of a table of comma- or tab-separated values whose first row names the columns. Spaces belong to values, so that
 * a quote after spaces is a character as any other; a row of nothing but one blank value is an empty line.
 */
public final class CsvColumn implements TextRecords {
  private static final String USUAL_NAME = "text";
  private static final int SNIFFED_BYTES = 1 << 13;

  // Jackson bounds a value to 20 million characters. Without a schema rows are arrays, so no number of columns costs memory. To have it
  // pass over empty lines would cost values at the beginning of others their leading spaces.
  private static final CsvFactory FACTORY = CsvFactory.builder().build();

  private final CsvParser parser;
  /** Columns that the first row names. */
  private int width;

  private final int column;
  private long line;
  private FoundText found = FoundText.NOTHING;

  /**
   * The texts of a table.
   *
   * @param utf8 as {@link NormalizedText} gives it
   * @param tabs whether tabs separate the values; otherwise commas do, or semicolons where the first line has no comma
   * @param name of the column; null for {@code text}, or else the only one there is
   * @throws ReadingFault if there is no such column, or two
   */
  public CsvColumn(InputStream utf8, boolean tabs, @Nullable String name) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(utf8, SNIFFED_BYTES);
    buffered.mark(SNIFFED_BYTES);
    String start = new String(buffered.readNBytes(SNIFFED_BYTES), StandardCharsets.UTF_8);
    buffered.reset();
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(tabs ? '\t' : separator(start));
    parser = FACTORY.createParser(new InputStreamReader(buffered, StandardCharsets.UTF_8));
    parser.setSchema(tabs && !hasQuotedValues(start) ? schema.withoutQuoteChar() : schema);
    column = find(name);
  }

  private static char separator(String start) {
    String first = start.lines().findFirst().orElse("");
    return first.indexOf(',') < 0 && first.indexOf(';') >= 0 ? ';' : ',';
  }

  /**
   * Whether values between tabs stand in quotes. As registered, text/tab-separated-values knows none, and most files are so; but some
   * programs write them, around whole values with quotes in them doubled.
   */
  private static boolean hasQuotedValues(String start) {
    boolean any = false;
    for (int i = 0; i < start.length(); i++) {
      if (start.charAt(i) == '"' && isBorder(start, i - 1)) {
        int end = i + 1;
        while (end < start.length() && (start.charAt(end) != '"' || !isBorder(start, end + 1))) {
          boolean doubled = start.startsWith("\"\"", end);
          if (start.charAt(end) == '"' && !doubled) {
            return false;
          }
          end += doubled ? 2 : 1;
        }
        any |= end < start.length();
        i = end;
      }
    }
    return any;
  }

  private static boolean isBorder(String text, int at) {
    return at < 0 || at >= text.length() || text.charAt(at) == '\t' || text.charAt(at) == '\n';
  }

  private int find(@Nullable String name) throws IOException {
    String wanted = name == null ? USUAL_NAME : name;
    int columns = 0;
    int place = -1;
    try {
      boolean isBlank = true;
      while (isBlank && parser.nextToken() == JsonToken.START_ARRAY) {
        columns = 0;
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
          String title = parser.getText().strip();
          if (title.equals(wanted)) {
            if (place >= 0) {
              throw new ReadingFault(ProblemKind.MALFORMED, "has two columns of the name \"" + wanted + "\"; rename one.");
            }
            place = columns;
          }
          columns++;
          isBlank = columns == 1 && title.isEmpty();
        }
      }
    } catch (JsonProcessingException e) {
      throw fault(e);
    }
    width = columns;
    if (place >= 0) {
      return place;
    }
    if (name == null && columns == 1) {
      return 0;
    }
    throw new ReadingFault(ProblemKind.WITHOUT_TEXT, "has no column \"" + wanted + "\" in its first row; name the column or leave it out.");
  }

  @Override
  public boolean next() throws IOException {
    try {
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        Optional<FoundText> row = row();
        if (row.isPresent()) {
          found = row.get();
          return true;
        }
      }
      return false;
    } catch (JsonProcessingException e) {
      throw fault(e);
    }
  }

  /** What a row has in the column; empty if it is an empty line. */
  private Optional<FoundText> row() throws IOException {
    int columns = 0;
    boolean isBlank = true;
    boolean isSurplus = false;
    @Nullable String text = null;
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      if (columns == 0) {
        // The token that begins the row still has the place of the row before.
        line = parser.currentTokenLocation().getLineNr();
      }
      if (columns == column) {
        text = parser.getText();
      }
      isBlank &= width == 1 ? parser.getText().isEmpty() : parser.getText().isBlank();
      isSurplus |= columns >= width && !parser.getText().isBlank();
      columns++;
    }
    if (isBlank && columns <= 1) {
      return Optional.empty();
    }
    if (isSurplus) {
      return Optional.of(
          new FoundText(
              null,
              new ReadingFault(
                  ProblemKind.MALFORMED,
                  "is a row of " + columns + " columns, and the first row names " + width + "; put quotes around commas.")));
    }
    return Optional.of(
        text != null ? new FoundText(text, null)
            : new FoundText(
                null,
                new ReadingFault(ProblemKind.WITHOUT_TEXT, "is a row of " + columns + " columns only; mend or remove it.")));
  }

  private static ReadingFault fault(JsonProcessingException e) {
    ProblemKind kind = e instanceof StreamConstraintsException ? ProblemKind.OVER_LIMIT : ProblemKind.MALFORMED;
    return new ReadingFault(kind, "has a row that is no CSV (" + JsonProblem.of(e) + "), so the rest was not read; correct it.", e);
  }

  @Override
  public String place() {
    return ":" + line;
  }

  @Override
  public String text() throws ReadingFault {
    return found.get();
  }
}
