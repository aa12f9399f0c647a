package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.RowOrder;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One tensor of a GGUF file and the parameters that it holds. Matrices are (out, in), as Minnow's are; GPT-2's query, key and value stand
 * below each other in one tensor.
 *
 * @param name in the file
 * @param shape row-major
 * @param kind of its first parameter
 * @param first index in the parameter table of the first parameter that it holds
 * @param last index of the last one; those between lie adjacent
 * @param order of its rows in the file
 */
record GgufParameter(String name, List<Long> shape, ParameterKind kind, int first, int last, RowOrder order) {
  static final String TOKEN_EMBEDDING = "token_embd.weight";
  static final String HEAD = "output.weight";

  /** Names outside of layers. */
  private static final Map<String, String> NAMES =
      Map.of(
          "wte.weight", TOKEN_EMBEDDING,
          "wpe.weight", "position_embd.weight",
          "ln_f.weight", "output_norm.weight",
          "ln_f.bias", "output_norm.bias",
          "model.embed_tokens.weight", TOKEN_EMBEDDING,
          "model.norm.weight", "output_norm.weight",
          "lm_head.weight", HEAD);

  /** Names within layers, without their last part. */
  private static final Map<String, String> LAYER_NAMES =
      Map.ofEntries(
          Map.entry("ln_1", "attn_norm"),
          Map.entry("attn.query", "attn_qkv"),
          Map.entry("attn.c_proj", "attn_output"),
          Map.entry("ln_2", "ffn_norm"),
          Map.entry("mlp.c_fc", "ffn_up"),
          Map.entry("mlp.c_proj", "ffn_down"),
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));

  private static final Pattern LAYER = Pattern.compile("(?:h|model\\.layers)\\.(\\d+)\\.(.+)\\.(weight|bias)");
  private static final String JOINED = "attn_qkv";

  /** The tensors of a model, in the order of its table's uses. */
  static List<GgufParameter> of(ParameterTable table) {
    List<ParameterTable.Use> uses = table.uses();
    List<GgufParameter> tensors = new ArrayList<>();
    for (int i = 0; i < uses.size(); i++) {
      int first = uses.get(i).index();
      Parameter parameter = table.parameters().get(first);
      String name = name(uses.get(i).name());
      int last = name.contains(JOINED) ? first + 2 : first;
      List<Long> shape = new ArrayList<>(parameter.shape());
      shape.set(0, shape.getFirst() * (last - first + 1));
      tensors.add(new GgufParameter(name, List.copyOf(shape), parameter.kind(), first, last, order(table.config(), parameter.kind())));
      i += last - first;
    }
    return tensors;
  }

  private static String name(String parameter) {
    Matcher layer = LAYER.matcher(parameter);
    String name = layer.matches() ? LAYER_NAMES.get(layer.group(2)) : NAMES.get(parameter);
    if (name == null) {
      throw new IllegalStateException("The parameter " + parameter + " has no name in GGUF files.");
    }
    return layer.matches() ? "blk." + layer.group(1) + "." + name + "." + layer.group(3) : name;
  }

  private static RowOrder order(ModelConfig config, ParameterKind kind) {
    boolean rotated = config.positions() instanceof Positions.Rotary && (kind == ParameterKind.QUERY || kind == ParameterKind.KEY);
    return rotated ? RowOrder.interleavedPairs(config.headWidth()) : RowOrder.SAME;
  }

  /** Whether converters keep it as F32 whatever the rest becomes. */
  boolean staysFloat() {
    return shape.size() == 1 || kind == ParameterKind.POSITION_EMBEDDING;
  }

  /** The parameters as one tensor. */
  Tensor in(ParameterSet set) {
    return set.slab().joined(first, last, shape.stream().mapToLong(Long::longValue).toArray());
  }
}
