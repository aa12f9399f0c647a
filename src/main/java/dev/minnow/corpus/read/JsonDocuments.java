package dev.minnow.corpus.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Files of JSON that are not made of lines: an array of objects that each have a text, an array of strings, or one object. Several such
 * values may follow each other.
 */
public final class JsonDocuments implements TextRecords {
  private final JsonParser parser;
  private final JsonField field;
  private boolean inArray;
  private long index = -1;
  private FoundText found = FoundText.NOTHING;

  /**
   * The texts of a file.
   *
   * @param utf8 as {@link NormalizedText} gives it
   * @param field name of the field with the text, with dots between the names of nested ones
   */
  public JsonDocuments(InputStream utf8, String field) throws IOException {
    this.parser = JsonField.FACTORY.createParser(new InputStreamReader(utf8, StandardCharsets.UTF_8));
    this.field = new JsonField(field);
  }

  /**
   * Whether a file begins as one that holds texts in that field, and not as the settings of some program.
   *
   * @param start what it begins with, of any length
   */
  public static boolean areShownBy(byte[] start, String field) {
    // The names of fields are ASCII as a rule, so the encoding need not be known.
    try (JsonParser parser = JsonField.FACTORY.createParser(new String(start, StandardCharsets.ISO_8859_1))) {
      boolean isArray = parser.nextToken() == JsonToken.START_ARRAY;
      JsonToken first = isArray ? parser.nextToken() : parser.currentToken();
      return isArray && first == JsonToken.VALUE_STRING || new JsonField(field).isSeen(parser);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean next() throws IOException {
    try {
      JsonToken token = parser.nextToken();
      while (inArray ? token == JsonToken.END_ARRAY : token == JsonToken.START_ARRAY) {
        inArray = !inArray;
        token = parser.nextToken();
      }
      if (token == null) {
        return false;
      }
      index++;
      boolean string = inArray && token == JsonToken.VALUE_STRING;
      found = string ? new FoundText(parser.getText(), null) : field.find(parser);
      return true;
    } catch (JsonProcessingException e) {
      throw JsonField.fault(e);
    }
  }

  /** The first of several values has the file's name, should it be the only one. */
  @Override
  public String place() {
    return inArray || index > 0 ? "[" + index + "]" : "";
  }

  @Override
  public String text() throws ReadingFault {
    return found.get();
  }
}
