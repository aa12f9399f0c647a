package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.tokenizer.split.AddedToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Hugging Face tools write beside GPT-2's pair of files and which adds to what the pair says. What would change an encoding and is not
 * supported is an error.
 */
final class Gpt2Settings {
  static final String ADDED_TOKENS = "added_tokens.json";
  static final String SPECIAL_TOKENS = "special_tokens_map.json";

  private static final Set<String> CLASSES = Set.of("GPT2Tokenizer", "GPT2TokenizerFast");
  private static final List<String> TEXT_AROUND = List.of("add_prefix_space", "add_bos_token", "add_eos_token");

  private final List<AddedToken> added = new ArrayList<>();
  private final Set<String> special = new HashSet<>();
  private @Nullable String endOfText;

  /** Content of the token that ends a text; null if none is named. */
  @Nullable
  String endOfText() {
    return endOfText;
  }

  /** The tokens to be found in text as wholes, which the vocabulary need not have. */
  List<AddedToken> added() {
    return added;
  }

  /**
   * Reads a {@code tokenizer_config.json}.
   *
   * @param source what errors call the file
   * @param besideJson whether there is a {@code tokenizer.json} beside it
   */
  void readConfig(String json, String source, boolean besideJson) throws TokenizerException {
    JsonNode config = StrictJson.readObject(json, source);
    requireGpt2(config.path("tokenizer_class"), source, besideJson);
    for (String key : TEXT_AROUND) {
      if (config.path(key).asBoolean(false)) {
        throw new TokenizerException(
            source + ": " + quote(key) + " is true, which the files beside it cannot say; give its tokenizer.json.");
      }
    }
    noteSpecialTokens(config);
    for (Map.Entry<String, JsonNode> token : config.path("added_tokens_decoder").properties()) {
      added.add(TokenizerJsonReader.addedToken(token.getValue(), id(token.getKey()), source));
    }
  }

  /** The class that opens nothing but a {@code tokenizer.json} says nothing of a pair that stands alone. */
  private static void requireGpt2(JsonNode tokenizerClass, String source, boolean besideJson) throws TokenizerException {
    String name = tokenizerClass.asText("");
    if (name.equals(TokenizerConfigJson.TOKENIZER_CLASS)) {
      if (besideJson) {
        throw new TokenizerException(
            source + ": \"tokenizer_class\" is " + quote(name) + ", whose tokenizer is the tokenizer.json beside it; give that file.");
      }
    } else if (!name.isEmpty() && !CLASSES.contains(name)) {
      throw new TokenizerException(
          source + ": \"tokenizer_class\" is " + quote(name) + ", which need not cut text as GPT-2 does; give its tokenizer.json.");
    }
  }

  private static OptionalInt id(String written) {
    try {
      return OptionalInt.of(Integer.parseInt(written));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** Reads a {@code special_tokens_map.json}, which says less than a {@code tokenizer_config.json}. */
  void readSpecialTokens(String json, String source) throws TokenizerException {
    noteSpecialTokens(StrictJson.readObject(json, source));
  }

  private void noteSpecialTokens(JsonNode named) {
    for (Map.Entry<String, JsonNode> value : named.properties()) {
      if (value.getKey().endsWith("_token")) {
        noteSpecialToken(value.getValue());
      } else if (value.getKey().endsWith("_special_tokens")) {
        value.getValue().forEach(this::noteSpecialToken);
      }
    }
    if (endOfText == null) {
      endOfText = TokenizerConfigJson.endOfText(named);
    }
  }

  private void noteSpecialToken(JsonNode token) {
    String content = TokenizerConfigJson.content(token);
    if (content != null) {
      special.add(content);
    }
  }

  /** Reads an {@code added_tokens.json}, last: it does not say which tokens are special. */
  void readAddedTokens(String json, String source) throws TokenizerException {
    JsonNode tokens = StrictJson.readObject(json, source);
    for (Map.Entry<String, JsonNode> token : tokens.properties()) {
      String content = token.getKey();
      int id = token.getValue().intValue();
      if (!token.getValue().isInt()) {
        throw new TokenizerException(source + ": token " + quote(content) + " has no usable id; copy or make it again.");
      }
      if (added.stream().noneMatch(known -> known.id() == id && known.content().equals(content))) {
        added.add(new AddedToken(id, content, false, false, false, false, special.contains(content)));
      }
    }
  }
}
