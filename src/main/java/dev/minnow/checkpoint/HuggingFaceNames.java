package dev.minnow.checkpoint;

import dev.minnow.model.Architecture;
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

  private static final HuggingFaceNames GPT2 =
      new HuggingFaceNames("GPT2LMHeadModel", "transformer.", false, 12, Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)"));

  private static final HuggingFaceNames LLAMA =
      new HuggingFaceNames(
          "LlamaForCausalLM", "model.", true, 9, Pattern.compile("model\\.(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq"));

  static HuggingFaceNames of(Architecture architecture) {
    return switch (architecture) {
      case GPT2 -> GPT2;
      case LLAMA -> LLAMA;
    };
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
