package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.TokenizerException.quote;

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
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads a Hugging Face {@code tokenizer.json} of the byte-level family. What would change an encoding and is not supported is an error. */
final class TokenizerJsonReader {
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
  private final TokenizerParts parts;
  private JsonNode normalizer = NullNode.instance;
  private JsonNode preTokenizer = NullNode.instance;
  private JsonNode postProcessor = NullNode.instance;
  private JsonNode decoder = NullNode.instance;
  private boolean merges;

  private TokenizerJsonReader(JsonParser parser, String source, TokenizerParts parts) {
    this.parser = parser;
    this.source = source;
    this.parts = parts;
  }

  /** Something that reads from a reader and may fail as a parser does. */
  private interface Reading {
    void run(TokenizerJsonReader reader) throws IOException;
  }

  /**
   * @param source what errors call the file
   * @param endOfText content of the special token that ends a document; null for {@code <|endoftext|>} where there is one
   */
  static Tokenizer read(String json, String source, @Nullable String endOfText) throws TokenizerException {
    TokenizerParts parts = new TokenizerParts(source);
    List<Components> components = new ArrayList<>();
    read(json, source, parts, reader -> components.add(reader.readTokenizer()));
    return parts.build(components.getFirst(), endOfText);
  }

  /** Reads a JSON object of token ids into {@code parts}. */
  static void readVocabulary(String json, String source, TokenizerParts parts) throws TokenizerException {
    read(json, source, parts, TokenizerJsonReader::readVocabulary);
  }

  /** Reads a small JSON file as a tree. */
  static JsonNode readTree(String json, String source) throws TokenizerException {
    JsonNode[] tree = {MissingNode.getInstance()};
    read(json, source, new TokenizerParts(source), reader -> tree[0] = reader.tree());
    return tree[0];
  }

  private static void read(String json, String source, TokenizerParts parts, Reading reading) throws TokenizerException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      TokenizerJsonReader reader = new TokenizerJsonReader(parser, source, parts);
      parser.nextToken();
      reading.run(reader);
      if (parser.nextToken() != null) {
        throw reader.wrong("there is something after its end");
      }
    } catch (TokenizerException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          source + " is not valid JSON" + JsonProblem.place(e) + " (" + JsonProblem.of(e) + "); copy or make it again.", e);
    } catch (IOException e) {
      throw new TokenizerException(source + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private Components readTokenizer() throws IOException {
    require(JsonToken.START_OBJECT, "the file");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "version" -> requireVersion();
        case "added_tokens" -> readAddedTokens();
        case "normalizer" -> normalizer = tree();
        case "pre_tokenizer" -> preTokenizer = tree();
        case "post_processor" -> postProcessor = tree();
        case "decoder" -> decoder = tree();
        case "model" -> readModel();
        // truncation and padding shape batches, not tokens; what is unknown is ignored as Hugging Face's own reader does.
        default -> parser.skipChildren();
      }
    }
    if (preTokenizer.isNull() || decoder.isNull() || !merges) {
      throw wrong(quote(preTokenizer.isNull() ? "pre_tokenizer" : decoder.isNull() ? "decoder" : "model") + " is missing");
    }
    return new Components(normalizer, preTokenizer, postProcessor, decoder);
  }

  private void requireVersion() throws IOException {
    JsonNode version = tree();
    if (!version.asText().equals("1.0")) {
      throw unsupported("version " + quote(version.asText()));
    }
  }

  private void readAddedTokens() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(JsonToken.START_ARRAY, "\"added_tokens\"");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode token = tree();
      JsonNode id = token.path("id");
      boolean usable = id.canConvertToInt() && id.isIntegralNumber();
      parts.addAdded(addedToken(token, usable ? OptionalInt.of(id.intValue()) : OptionalInt.empty(), source));
    }
  }

  /**
   * An added token with its flags.
   *
   * @param id its token id, if it has one
   * @param source what errors call the file
   */
  static AddedToken addedToken(JsonNode token, OptionalInt id, String source) throws TokenizerException {
    JsonNode content = token.path("content");
    if (!content.isTextual() || id.isEmpty()) {
      throw wrong(source, "an added token lacks \"content\" or a usable \"id\"");
    }
    return new AddedToken(
        id.getAsInt(),
        content.asText(),
        token.path("single_word").asBoolean(false),
        token.path("lstrip").asBoolean(false),
        token.path("rstrip").asBoolean(false),
        token.path("normalized").asBoolean(false),
        token.path("special").asBoolean(false));
  }

  private void readModel() throws IOException {
    require(JsonToken.START_OBJECT, "\"model\"");
    boolean typed = false;
    boolean vocabulary = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "vocab" -> {
          readVocabulary();
          vocabulary = true;
        }
        case "merges" -> {
          readMerges();
          merges = true;
        }
        case "type" -> {
          String type = tree().asText();
          if (!type.equals("BPE")) {
            throw unsupported("model " + quote(type));
          }
          typed = true;
        }
        case "dropout" -> readDropout();
        case "ignore_merges" -> parts.ignoreMerges(tree().asBoolean(false));
        case "continuing_subword_prefix", "end_of_word_suffix" -> requireUnset(name);
        // unk_token, fuse_unk and byte_fallback concern characters without a token; with all 256 bytes there are none.
        default -> parser.skipChildren();
      }
    }
    if (!typed || !vocabulary || !merges) {
      throw wrong("\"model\" lacks " + quote(typed ? vocabulary ? "merges" : "vocab" : "type"));
    }
  }

  private void readDropout() throws IOException {
    JsonNode node = tree();
    double dropout = node.isNull() ? 0 : node.asDouble(-1);
    if (!(dropout >= 0 && dropout < 1)) {
      throw wrong("a \"dropout\" of " + node + " is not at least 0 and below 1");
    }
    parts.dropout(dropout);
  }

  private void requireUnset(String name) throws IOException {
    JsonNode node = tree();
    if (!node.isNull() && !node.asText().isEmpty()) {
      throw unsupported("model with " + quote(name) + ": " + node);
    }
  }

  private void readVocabulary() throws IOException {
    require(JsonToken.START_OBJECT, "the vocabulary");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() != JsonParser.NumberType.INT) {
        throw wrong("token " + quote(token) + " has no usable id");
      }
      parts.addToken(token, parser.getIntValue());
    }
  }

  /** Merges are pairs, or in older files two tokens with a space between. */
  private void readMerges() throws IOException {
    require(JsonToken.START_ARRAY, "\"merges\"");
    for (int rank = 0; parser.nextToken() != JsonToken.END_ARRAY; rank++) {
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        String left = parser.nextTextValue();
        String right = parser.nextTextValue();
        if (left == null || right == null || parser.nextToken() != JsonToken.END_ARRAY) {
          throw wrong("merge " + rank + " is not two tokens");
        }
        parts.addMerge(left, right);
      } else {
        String merge = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        int space = merge.indexOf(' ');
        if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
          throw wrong("merge " + rank + " is not two tokens");
        }
        parts.addMerge(merge.substring(0, space), merge.substring(space + 1));
      }
    }
  }

  private JsonNode tree() throws IOException {
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

  private void require(JsonToken token, String what) throws TokenizerException {
    if (parser.currentToken() != token) {
      throw wrong(what + " is not a JSON " + (token == JsonToken.START_OBJECT ? "object" : "array"));
    }
  }

  private TokenizerException wrong(String problem) {
    return wrong(source, problem);
  }

  private static TokenizerException wrong(String source, String problem) {
    return new TokenizerException(source + ": " + problem + "; copy or make it again.");
  }

  private TokenizerException unsupported(String what) {
    return new TokenizerException(source + ": " + what + " is not supported; give a tokenizer in GPT-2's form.");
  }
}
