package dev.minnow.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.minnow.tokenizer.JsonProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Files of JSON objects, one a line, each with a document's text in the field {@code text}; other fields are passed over. */
final class JsonLines {
  private static final String FIELD = "text";

  // Jackson's own limits bound what one line can make us hold: 20 million characters of text, 1,000 levels.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

  private JsonLines() {}

  static boolean isNameOfOne(String lowerCaseName) {
    return lowerCaseName.endsWith(".jsonl") || lowerCaseName.endsWith(".ndjson");
  }

  /**
   * Reads all lines.
   *
   * @param named whether someone asked for this very file: any other is passed over if its first line is no document, as logs are
   */
  static void read(String name, boolean named, InputStream in, DocumentReader documents) throws IOException {
    boolean required = named;
    try (JsonParser parser = FACTORY.createParser(in)) {
      try {
        while (parser.nextToken() != null) {
          String place = name + ":" + parser.currentTokenLocation().getLineNr();
          @Nullable String text = text(parser);
          if (text == null && !required) {
            documents.passOver(name);
            return;
          }
          if (text == null) {
            throw withoutText(place);
          }
          required = true;
          documents.read(place, new ByteArrayInputStream(utf8(text, place)));
        }
      } catch (JsonProcessingException e) {
        if (!required && e instanceof JsonParseException) {
          documents.passOver(name);
          return;
        }
        // The exception itself does not know the place of everything.
        String place = name + ":" + parser.currentLocation().getLineNr();
        throw new CorpusException(place + " is not a line of JSON (" + JsonProblem.of(e) + "); correct or remove it.", e);
      }
    }
  }

  /** The text of the object that begins here, or null if this is none or has none. */
  private static @Nullable String text(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      return null;
    }
    @Nullable String text = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals(FIELD);
      JsonToken value = parser.nextToken();
      if (!wanted) {
        parser.skipChildren();
      } else if (value == JsonToken.VALUE_STRING) {
        text = parser.getText();
      } else {
        return null;
      }
    }
    return text;
  }

  private static byte[] utf8(String text, String place) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (CharacterCodingException e) {
      throw new CorpusException(place + " has half of a surrogate pair in its text, which is no character; correct or remove the line.", e);
    }
  }

  private static CorpusException withoutText(String place) {
    return new CorpusException(place + " is not a JSON object with a string in the field \"" + FIELD + "\"; add it or remove the line.");
  }
}
