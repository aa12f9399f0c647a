package dev.minnow.corpus.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;

/** Files of JSON objects, one a line, each with a text. A line that is none does no harm to the next; blank lines are passed over. */
public final class JsonLines implements TextRecords {
  private final LineBytes lines;
  private final JsonField field;
  private FoundText found = FoundText.NOTHING;

  /**
   * The texts of a file.
   *
   * @param utf8 as {@link NormalizedText} gives it
   * @param field name of the field with the text, with dots between the names of nested ones
   */
  public JsonLines(InputStream utf8, String field) {
    this.lines = new LineBytes(utf8);
    this.field = new JsonField(field);
  }

  @Override
  public boolean next() throws IOException {
    while (lines.nextLine()) {
      try (JsonParser parser = JsonField.FACTORY.createParser(lines)) {
        if (parser.nextToken() != null) {
          found = field.find(parser);
          if (found.fault() == null && parser.nextToken() != null) {
            found = new FoundText(null, new ReadingFault(ProblemKind.MALFORMED, "has more than one value; write one a line."));
          }
          return true;
        }
      } catch (JsonProcessingException e) {
        found = new FoundText(null, JsonField.fault(e));
        return true;
      }
    }
    return false;
  }

  @Override
  public String place() {
    return ":" + lines.line();
  }

  @Override
  public String text() throws ReadingFault {
    return found.get();
  }
}
