package dev.minnow.tokenizer.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer.json} says of the way from text to the pieces that are merged, and from tokens to text: the trees of these
 * names, as read, so that they are written as they were. {@link dev.minnow.tokenizer.ComponentReader} says what they mean.
 */
public record Components(JsonNode normalizer, JsonNode preTokenizer, JsonNode postProcessor, JsonNode decoder) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** GPT-2's: the text as it is, cut by GPT-2's pattern. */
  public static Components gpt2() {
    return of(byteLevel(false, true, true));
  }

  /**
   * As GPT-2's with another pattern.
   *
   * @param regex each match is a piece, and so is what lies between two matches
   */
  static Components split(String regex) {
    ObjectNode split = JSON.objectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", regex);
    split.put("behavior", "Isolated").put("invert", false);
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    sequence.putArray("pretokenizers").add(split).add(byteLevel(false, true, false));
    return of(sequence);
  }

  /** As GPT-2's after every digit was set apart. */
  public static Components digits() {
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    sequence.putArray("pretokenizers")
        .add(JSON.objectNode().put("type", "Digits").put("individual_digits", true))
        .add(byteLevel(false, true, true));
    return of(sequence);
  }

  /** The same with a token before every text, and one after; null for none. */
  public Components around(@Nullable String before, int beforeId, @Nullable String after, int afterId) {
    if (before == null && after == null) {
      return this;
    }
    ObjectNode template = JSON.objectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    ObjectNode tokens = template.putObject("special_tokens");
    for (int text = 0; text < 2; text++) {
      for (ArrayNode parts : text == 0 ? List.of(single, pair) : List.of(pair)) {
        addToken(parts, before, text);
        parts.addObject().putObject("Sequence").put("id", text == 0 ? "A" : "B").put("type_id", text);
        addToken(parts, after, text);
      }
    }
    describe(tokens, before, beforeId);
    describe(tokens, after, afterId);
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    sequence.putArray("processors").add(postProcessor).add(template);
    return new Components(normalizer, preTokenizer, sequence, decoder);
  }

  private static void addToken(ArrayNode parts, @Nullable String token, int text) {
    if (token != null) {
      parts.addObject().putObject("SpecialToken").put("id", token).put("type_id", text);
    }
  }

  private static void describe(ObjectNode tokens, @Nullable String token, int id) {
    if (token != null) {
      ObjectNode described = tokens.putObject(token).put("id", token);
      described.putArray("ids").add(id);
      described.putArray("tokens").add(token);
    }
  }

  private static Components of(JsonNode preTokenizer) {
    return new Components(NullNode.instance, preTokenizer, byteLevel(true, false, true), byteLevel(true, true, true));
  }

  private static ObjectNode byteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) {
    return JSON.objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", addPrefixSpace)
        .put("trim_offsets", trimOffsets)
        .put("use_regex", useRegex);
  }
}
