package dev.minnow.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a {@code tokenizer.json} says of the way from text to the pieces that are merged, and from tokens to text: the trees of these
 * names, as read, so that they are written as they were. {@link ComponentReader} says what they mean.
 */
record Components(JsonNode normalizer, JsonNode preTokenizer, JsonNode postProcessor, JsonNode decoder) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** GPT-2's: the text as it is, cut by GPT-2's pattern. */
  static Components gpt2() {
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
