package dev.minnow.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * A JSON text of a tokenizer, read once from front to end. Names that are there twice, depth, large trees and anything behind its end are
 * errors; all of them name the source.
 */
final class StrictJson {
  private static final JsonMapper MAPPER =
      new JsonMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              // A vocabulary's names come once each: no use in a table of names.
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
              .build());

  private final JsonParser parser;
  private final String source;

  private StrictJson(JsonParser parser, String source) {
    this.parser = parser;
    this.source = source;
  }

  /** Something that reads a whole text, from its first token on, and may fail as a parser does. */
  interface Reading<T> {
    T read(StrictJson json) throws IOException;
  }

  /**
   * Reads a text.
   *
   * @param source what errors call it
   */
  static <T> T read(String text, String source, Reading<T> reading) throws TokenizerException {
    try (JsonParser parser = MAPPER.createParser(text)) {
      StrictJson json = new StrictJson(parser, source);
      parser.nextToken();
      T result = reading.read(json);
      if (parser.nextToken() != null) {
        throw json.wrong("there is something after its end");
      }
      return result;
    } catch (TokenizerException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          source + " is not valid JSON" + JsonProblem.place(e) + " (" + JsonProblem.of(e) + "); copy or make it again.", e);
    } catch (IOException e) {
      throw new TokenizerException(source + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** Reads a small text, which must be an object, as a tree. */
  static ObjectNode readObject(String text, String source) throws TokenizerException {
    return read(text, source, json -> {
      if (json.parser.currentToken() == null) {
        throw json.wrong("there is nothing in it");
      }
      json.require(JsonToken.START_OBJECT, "it");
      return (ObjectNode) json.tree();
    });
  }

  /** Where in the text it is. */
  JsonParser parser() {
    return parser;
  }

  /** What begins with the parser's token, as a small tree. */
  JsonNode tree() throws IOException {
    return MAPPER.readTree(new ShortJson(parser));
  }

  /** Refuses to become a tree of more nodes than a tokenizer's components have: each takes some hundred times its text in memory. */
  private static final class ShortJson extends JsonParserDelegate {
    private static final int MOST_TOKENS = 100_000;

    private int tokens;

    ShortJson(JsonParser parser) {
      super(parser);
    }

    @Override
    public JsonToken nextToken() throws IOException {
      if (++tokens > MOST_TOKENS) {
        throw new StreamConstraintsException("one of its components has more than " + MOST_TOKENS + " parts");
      }
      return super.nextToken();
    }
  }

  /** Requires that an object or an array begins here. */
  void require(JsonToken token, String what) throws TokenizerException {
    if (parser.currentToken() != token) {
      throw wrong(what + " is not a JSON " + (token == JsonToken.START_OBJECT ? "object" : "array"));
    }
  }

  TokenizerException wrong(String problem) {
    return new TokenizerException(source + ": " + problem + "; copy or make it again.");
  }
}
