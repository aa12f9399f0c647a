package dev.minnow.checkpoint;

import dev.minnow.model.ModelConfig;
import java.util.regex.Pattern;

/**
 * How the tensors of a Hugging Face class are named in files, where the base model's prefix may be missing, and in the parameter table.
 *
 * @param className of the architecture
 * @param prefix of all tensors but the head
 * @param prefixInTable whether the parameter table's names have it
 * @param tensorsPerLayer that a file has
 * @param buffers names, in the table's terms, of tensors that some releases saved and that are no parameters
 */
record HuggingFaceNames(String className, String prefix, boolean prefixInTable, int tensorsPerLayer, Pattern buffers) {
  static final String HEAD = "lm_head.weight";

  static final HuggingFaceNames GPT2 =
      new HuggingFaceNames("GPT2LMHeadModel", "transformer.", false, 12, Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)"));

  static final HuggingFaceNames LLAMA =
      new HuggingFaceNames(
          "LlamaForCausalLM", "model.", true, 9, Pattern.compile("model\\.(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq"));

  /** Llama with norms of queries and keys. */
  static final HuggingFaceNames QWEN3 = new HuggingFaceNames("Qwen3ForCausalLM", "model.", true, 11, LLAMA.buffers);

  /** Minnow's own, which no class of transformers reads: GPT-2 with norms of queries and keys. */
  static final HuggingFaceNames MINNOW = new HuggingFaceNames("MinnowForCausalLM", "transformer.", false, 14, GPT2.buffers);

  static HuggingFaceNames of(ModelConfig config) {
    return switch (config.architecture()) {
      case GPT2 -> config.queryKeyNorm() ? MINNOW : GPT2;
      case LLAMA -> config.queryKeyNorm() ? QWEN3 : LLAMA;
    };
  }

  /** Whether a class of transformers has all that this model has. */
  static boolean areKnown(ModelConfig config) {
    return !of(config).equals(MINNOW);
  }

  /** The table's name of what a file names so. */
  String inTable(String name) {
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return prefixInTable && !name.equals(HEAD) ? prefix + bare : bare;
  }

  /** The name that transformers writes for the table's. */
  String inFile(String name) {
    return prefixInTable || name.equals(HEAD) ? name : prefix + name;
  }
}
