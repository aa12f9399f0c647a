package dev.minnow.tokenizer;

import dev.minnow.tokenizer.split.Components;
import dev.minnow.tokenizer.split.SplitPattern;
import dev.minnow.tokenizer.unicode.Quotes;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A way of cutting text into pieces that llama.cpp knows by name ({@code tokenizer.ggml.pre}, {@code llama-vocab.cpp}).
 *
 * @param names of it; the first is the one to write
 * @param components that say the same
 * @param ignoresMerges whether a piece that is a token as it stands becomes that token
 * @param beginsTexts whether a begin-of-text token is put before a text where a file does not say
 */
record GgmlPattern(List<String> names, Components components, boolean ignoresMerges, boolean beginsTexts) {
  static final GgmlPattern GPT2 =
      of(Components.gpt2(), false, "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de", "jina-v2-code",
          "roberta-bpe", "gigachat", "mpt", "olmo", "jais");
  static final GgmlPattern LLAMA3 = of(components("llama3"), true, "llama-bpe", "llama3", "llama-v3", "falcon3");

  /** Llama-3's pattern where merges decide. */
  static final GgmlPattern DBRX = of(components("llama3"), false, "dbrx", "smaug-bpe");

  static final GgmlPattern QWEN2 = of(components("qwen2"), false, "qwen2", "stablelm2", "deepseek-r1-qwen");
  static final GgmlPattern O200K = of(components("o200k"), false, "gpt-4o", "llama4");

  /** GPT-2's after every digit was set apart. */
  static final GgmlPattern DIGITS =
      of(Components.digits(), false, "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b");

  private static final List<GgmlPattern> KNOWN = List.of(GPT2, LLAMA3, DBRX, QWEN2, O200K, DIGITS);

  private static GgmlPattern of(Components components, boolean isLlama3, String... names) {
    return new GgmlPattern(List.of(names), components, isLlama3, isLlama3);
  }

  private static Components components(String pattern) {
    return SplitPattern.named(pattern).orElseThrow().components();
  }

  /** The name to write. */
  String name() {
    return names.getFirst();
  }

  /**
   * The way with a name.
   *
   * @param source what errors call the file
   * @throws TokenizerException if it is none of these
   */
  static GgmlPattern named(String name, String source) throws TokenizerException {
    for (GgmlPattern pattern : KNOWN) {
      if (pattern.names.contains(name)) {
        return pattern;
      }
    }
    throw new TokenizerException(
        "%s: \"tokenizer.ggml.pre\" is %s, a way of cutting text that Minnow does not know; give a model with one of: %s."
            .formatted(
                source, Quotes.quote(name), KNOWN.stream().map(GgmlPattern::name).collect(Collectors.joining(", "))));
  }
}
