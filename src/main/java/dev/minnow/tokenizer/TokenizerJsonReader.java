package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads a Hugging Face {@code tokenizer.json} of the byte-level family. What would change an encoding and is not supported is an error. */
final class TokenizerJsonReader {
  private final StrictJson json;
  private final JsonParser parser;
  private final String source;
  private final TokenizerParts parts;
  private JsonNode normalizer = NullNode.instance;
  private JsonNode preTokenizer = NullNode.instance;
  private JsonNode postProcessor = NullNode.instance;
  private JsonNode decoder = NullNode.instance;
  private boolean merges;

  private TokenizerJsonReader(StrictJson json, String source, TokenizerParts parts) {
    this.json = json;
    this.parser = json.parser();
    this.source = source;
    this.parts = parts;
  }

  /**
   * @param source what errors call the file
   * @param endOfText content of the special token that ends a document; null for {@code <|endoftext|>} where there is one
   */
  static Tokenizer read(String text, String source, @Nullable String endOfText) throws TokenizerException {
    TokenizerParts parts = new TokenizerParts(source);
    Components components = StrictJson.read(text, source, json -> new TokenizerJsonReader(json, source, parts).readTokenizer());
    return parts.build(components, endOfText);
  }

  /** Reads a JSON object of token ids into {@code parts}. */
  static void readVocabulary(String text, String source, TokenizerParts parts) throws TokenizerException {
    StrictJson.read(text, source, json -> {
      new TokenizerJsonReader(json, source, parts).readVocabulary();
      return parts;
    });
  }

  private Components readTokenizer() throws IOException {
    json.require(JsonToken.START_OBJECT, "the file");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "version" -> requireVersion();
        case "added_tokens" -> readAddedTokens();
        case "normalizer" -> normalizer = json.tree();
        case "pre_tokenizer" -> preTokenizer = json.tree();
        case "post_processor" -> postProcessor = json.tree();
        case "decoder" -> decoder = json.tree();
        case "model" -> readModel();
        // truncation and padding shape batches, not tokens; what is unknown is ignored as Hugging Face's own reader does.
        default -> parser.skipChildren();
      }
    }
    if (preTokenizer.isNull() || decoder.isNull() || !merges) {
      throw json.wrong(quote(preTokenizer.isNull() ? "pre_tokenizer" : decoder.isNull() ? "decoder" : "model") + " is missing");
    }
    return new Components(normalizer, preTokenizer, postProcessor, decoder);
  }

  private void requireVersion() throws IOException {
    JsonNode version = json.tree();
    if (!version.asText().equals("1.0")) {
      throw unsupported("version " + quote(version.asText()));
    }
  }

  private void readAddedTokens() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    json.require(JsonToken.START_ARRAY, "\"added_tokens\"");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode token = json.tree();
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
      throw new TokenizerException(source + ": an added token lacks \"content\" or a usable \"id\"; copy or make it again.");
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
    json.require(JsonToken.START_OBJECT, "\"model\"");
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
          String type = json.tree().asText();
          if (!type.equals("BPE")) {
            throw unsupported("model " + quote(type));
          }
          typed = true;
        }
        case "dropout" -> readDropout();
        case "ignore_merges" -> parts.ignoreMerges(json.tree().asBoolean(false));
        case "continuing_subword_prefix", "end_of_word_suffix" -> requireUnset(name);
        // unk_token, fuse_unk and byte_fallback concern characters without a token; with all 256 bytes there are none.
        default -> parser.skipChildren();
      }
    }
    if (!typed || !vocabulary || !merges) {
      throw json.wrong("\"model\" lacks " + quote(typed ? vocabulary ? "merges" : "vocab" : "type"));
    }
  }

  private void readDropout() throws IOException {
    JsonNode node = json.tree();
    double dropout = node.isNull() ? 0 : node.asDouble(-1);
    if (!(dropout >= 0 && dropout < 1)) {
      throw json.wrong("a \"dropout\" of " + node + " is not at least 0 and below 1");
    }
    parts.dropout(dropout);
  }

  private void requireUnset(String name) throws IOException {
    JsonNode node = json.tree();
    if (!node.isNull() && !node.asText().isEmpty()) {
      throw unsupported("model with " + quote(name) + ": " + node);
    }
  }

  private void readVocabulary() throws IOException {
    json.require(JsonToken.START_OBJECT, "the vocabulary");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() != JsonParser.NumberType.INT) {
        throw json.wrong("token " + quote(token) + " has no usable id");
      }
      parts.addToken(token, parser.getIntValue());
    }
  }

  /** Merges are pairs, or in older files two tokens with a space between. */
  private void readMerges() throws IOException {
    json.require(JsonToken.START_ARRAY, "\"merges\"");
    for (int rank = 0; parser.nextToken() != JsonToken.END_ARRAY; rank++) {
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        String left = parser.nextTextValue();
        String right = parser.nextTextValue();
        if (left == null || right == null || parser.nextToken() != JsonToken.END_ARRAY) {
          throw json.wrong("merge " + rank + " is not two tokens");
        }
        parts.addMerge(left, right);
      } else {
        String merge = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        int space = merge.indexOf(' ');
        if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
          throw json.wrong("merge " + rank + " is not two tokens");
        }
        parts.addMerge(merge.substring(0, space), merge.substring(space + 1));
      }
    }
  }

  private TokenizerException unsupported(String what) {
    return new TokenizerException(source + ": " + what + " is not supported; give a tokenizer in GPT-2's form.");
  }
}
