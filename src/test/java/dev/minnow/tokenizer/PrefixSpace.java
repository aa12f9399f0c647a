package dev.minnow.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Tokenizers that put a space before a text. */
public final class PrefixSpace {
  private PrefixSpace() {}

  /** The same tokenizer, but with a space before each text that begins with none. */
  public static Tokenizer in(Tokenizer tokenizer) throws TokenizerException {
    return Tokenizer.ofJson(in(new String(tokenizer.toJson(), StandardCharsets.UTF_8)), "here", Optional.empty());
  }

  /** The {@code tokenizer.json} of such a tokenizer. */
  public static String in(String json) {
    return json.replaceFirst("\"add_prefix_space\": ?false", "\"add_prefix_space\":true");
  }
}
