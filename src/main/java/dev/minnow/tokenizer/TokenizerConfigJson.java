package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.tokenizer.split.AddedToken;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The {@code tokenizer_config.json} of a model folder: how Hugging Face tools open the {@code tokenizer.json} beside it. */
public final class TokenizerConfigJson {
  public static final String FILE_NAME = "tokenizer_config.json";

  /** What opens a {@code tokenizer.json}, whatever it says. GPT2Tokenizer would add an end-of-text token where a vocabulary has none. */
  static final String TOKENIZER_CLASS = "PreTrainedTokenizerFast";

  private static final JsonMapper MAPPER = new JsonMapper();

  private final JsonNode config;
  private final String source;

  private TokenizerConfigJson(JsonNode config, String source) {
    this.config = config;
    this.source = source;
  }

  /**
   * Reads the file.
   *
   * @param source what errors call it
   */
  static TokenizerConfigJson read(String json, String source) throws TokenizerException {
    return new TokenizerConfigJson(StrictJson.readObject(json, source), source);
  }

  /**
   * Requires that this adds nothing to the {@code tokenizer.json} beside it that would change an encoding.
   *
   * @throws TokenizerException naming what it adds
   */
  void requireAgreement(Tokenizer tokenizer) throws TokenizerException {
    Map<String, String> idOfContent =
        tokenizer.vocabulary().added().stream().collect(Collectors.toMap(AddedToken::content, token -> Integer.toString(token.id())));
    for (Map.Entry<String, JsonNode> token : config.path("added_tokens_decoder").properties()) {
      requireToken(content(token.getValue()), token.getKey(), idOfContent);
    }
    for (JsonNode token : config.path("additional_special_tokens")) {
      requireToken(content(token), null, idOfContent);
    }
    JsonNode prefix = config.path("add_prefix_space");
    if (prefix.isBoolean() && prefix.booleanValue() != tokenizer.pipeline().prefixesSpace()) {
      throw new TokenizerException(
          source + ": \"add_prefix_space\" is " + prefix + ", and the tokenizer.json beside it says otherwise; make them agree.");
    }
  }

  /** @param id that the token must have; null for any */
  private void requireToken(@Nullable String content, @Nullable String id, Map<String, String> idOfContent) throws TokenizerException {
    String known = content == null ? null : idOfContent.get(content);
    if (content != null && (known == null || id != null && !known.equals(id))) {
      throw new TokenizerException(
          source + ": it adds the token " + quote(content) + (id == null ? "" : " with the id " + id)
              + ", which the tokenizer.json beside it does not have; add it there.");
    }
  }

  /**
   * The file's contents.
   *
   * @param contextLength T, tokens that the model takes at most
   */
  public static byte[] write(Tokenizer tokenizer, int contextLength) {
    ObjectNode config = MAPPER.createObjectNode();
    config.put("add_prefix_space", tokenizer.pipeline().prefixesSpace());
    config.put("bos_token", content(tokenizer, tokenizer.beginningOfText()));
    // The default of older tools, true, would remove spaces before punctuation when decoding.
    config.put("clean_up_tokenization_spaces", false);
    config.put("eos_token", content(tokenizer, tokenizer.endOfText()));
    config.put("model_max_length", contextLength);
    config.put("tokenizer_class", TOKENIZER_CLASS);
    try {
      return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new AssertionError("A tree of JSON nodes can always be written.", e);
    }
  }

  private static @Nullable String content(Tokenizer tokenizer, OptionalInt token) {
    return token.isPresent() ? new String(tokenizer.bytes(token.getAsInt()), StandardCharsets.UTF_8) : null;
  }

  /** The content of the token that ends a text; null if the file names none. */
  @Nullable
  String endOfText() {
    return endOfText(config);
  }

  /** As {@link #endOfText()}, from what was read. */
  static @Nullable String endOfText(JsonNode config) {
    return content(config.path("eos_token"));
  }

  /** The content of a token, which stands there alone or in an object with its flags; null if there is none. */
  static @Nullable String content(JsonNode token) {
    JsonNode content = token.isObject() ? token.path("content") : token;
    return content.isTextual() ? content.asText() : null;
  }
}
