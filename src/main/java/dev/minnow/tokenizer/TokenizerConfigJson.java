package dev.minnow.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The {@code tokenizer_config.json} of a model folder: how Hugging Face tools open the {@code tokenizer.json} beside it. */
public final class TokenizerConfigJson {
  public static final String FILE_NAME = "tokenizer_config.json";

  /** What opens a {@code tokenizer.json}, whatever it says. GPT2Tokenizer would add an end-of-text token where a vocabulary has none. */
  static final String TOKENIZER_CLASS = "PreTrainedTokenizerFast";

  private static final JsonMapper MAPPER = new JsonMapper();

  private TokenizerConfigJson() {}

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

  /** The content of the token that ends a text, from a file's contents; null if it names none. */
  static @Nullable String endOfText(String json, String source) throws TokenizerException {
    return endOfText(TokenizerJsonReader.readTree(json, source));
  }

  /** As {@link #endOfText(String, String)}, from what was read. */
  static @Nullable String endOfText(JsonNode config) {
    return content(config.path("eos_token"));
  }

  /** The content of a token, which stands there alone or in an object with its flags; null if there is none. */
  static @Nullable String content(JsonNode token) {
    JsonNode content = token.isObject() ? token.path("content") : token;
    return content.isTextual() ? content.asText() : null;
  }
}
