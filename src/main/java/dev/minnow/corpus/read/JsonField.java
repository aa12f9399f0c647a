package dev.minnow.corpus.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.minnow.tokenizer.JsonProblem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The field of JSON objects that holds the text.
 *
 * @param name a field's name, or names with dots between them for a field within a field
 */
record JsonField(String name) {
  /**
   * Jackson's own limits bound what one value can make us hold: 20 million characters of text, 1,000 levels. Names of fields are not
   * remembered, since a file may have endlessly many.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /** The text of the value that begins at the parser's token, which is read to its end. */
  FoundText find(JsonParser parser) throws IOException {
    Search search = new Search();
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      search.object(parser, name);
    } else {
      parser.skipChildren();
    }
    if (search.twice) {
      return without(ProblemKind.MALFORMED, "has the field \"" + name + "\" twice; correct or remove it.");
    }
    if (search.text == null) {
      return without(
          ProblemKind.WITHOUT_TEXT, "is not a JSON object with a string in the field \"" + name + "\"; name the field or leave it out.");
    }
    return new FoundText(search.text, null);
  }

  /** Whether the value that begins at the parser's token has a text in this field, as far as it goes: its end may be cut off. */
  boolean isSeen(JsonParser parser) throws IOException {
    Search search = new Search();
    try {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        search.object(parser, name);
      }
    } catch (JsonEOFException e) {
      // What was found before counts.
    }
    return search.isText && !search.twice;
  }

  private static FoundText without(ProblemKind kind, String message) {
    return new FoundText(null, new ReadingFault(kind, message));
  }

  private static final class Search {
    private @Nullable String text;
    private boolean twice;
    private boolean found;
    private boolean isText;

    /** Goes through an object; {@code rest} is what remains of the path. */
    void object(JsonParser parser, String rest) throws IOException {
      int dot = rest.indexOf('.');
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals(rest)) {
          twice |= found;
          found = true;
          isText = value == JsonToken.VALUE_STRING;
          text = isText ? parser.getText() : null;
          parser.skipChildren();
        } else if (dot > 0 && value == JsonToken.START_OBJECT && field.length() == dot && rest.startsWith(field)) {
          object(parser, rest.substring(dot + 1));
        } else {
          parser.skipChildren();
        }
      }
    }
  }

  /** What the parser found wrong. */
  static ReadingFault fault(JsonProcessingException e) {
    ProblemKind kind = e instanceof StreamConstraintsException ? ProblemKind.OVER_LIMIT : ProblemKind.MALFORMED;
    return new ReadingFault(kind, "is not JSON that can be read (" + JsonProblem.of(e) + "); correct or remove it.", e);
  }
}
