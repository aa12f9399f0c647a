package dev.minnow.checkpoint;

import dev.minnow.memory.Tensor;
import dev.minnow.model.Architecture;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.ArrayList;
import java.util.List;

/**
 * One tensor of a Hugging Face file and the parameters that it holds. GPT-2's linear layers are {@code Conv1D}: weights are (in, out), the
 * transpose of Minnow's, and query, key and value stand side by side in one tensor. Llama's tensors are Minnow's.
 *
 * @param name in the parameter table's terms: without GPT-2's prefix {@code transformer.}, with Llama's {@code model.}
 * @param shape in the file
 * @param first index in the parameter table of the first parameter that it holds
 * @param last index of the last one; those between lie adjacent
 * @param transposed whether the file holds (in, out) where Minnow holds (out, in)
 */
record HuggingFaceTensor(String name, List<Long> shape, int first, int last, boolean transposed) {
  /** The last parts of the names of the three entries that a GPT-2 file joins. */
  private static final String QUERY = "attn.query.";

  private static final String JOINED = "attn.c_attn.";

  /** Tensors of a model whose number of layers is that of {@code table}, in the order of its uses. */
  static List<HuggingFaceTensor> of(ParameterTable table) {
    boolean gpt2 = table.config().architecture() == Architecture.GPT2;
    List<ParameterTable.Use> uses = table.uses();
    List<HuggingFaceTensor> tensors = new ArrayList<>();
    for (int i = 0; i < uses.size(); i++) {
      String name = uses.get(i).name();
      int first = uses.get(i).index();
      Parameter parameter = table.parameters().get(first);
      boolean joined = gpt2 && name.contains(QUERY);
      int last = joined ? first + 2 : first;
      long rows = parameter.shape().getFirst() * (last - first + 1);
      boolean matrix = parameter.shape().size() == 2;
      boolean transposed = gpt2 && matrix && !isByToken(parameter.kind());
      List<Long> shape = !matrix ? List.of(rows) : transposed ? List.of(parameter.shape().get(1), rows) : parameter.shape();
      tensors.add(new HuggingFaceTensor(name.replace(QUERY, JOINED), shape, first, last, transposed));
      i += last - first;
    }
    return tensors;
  }

  /** Embeddings and the head are no {@code Conv1D}. */
  private static boolean isByToken(ParameterKind kind) {
    return kind == ParameterKind.TOKEN_EMBEDDING || kind == ParameterKind.POSITION_EMBEDDING || kind == ParameterKind.HEAD;
  }

  /** The parameters as one tensor: of the file's shape, or of its transpose. */
  Tensor in(ParameterSet set) {
    long[] ours = (transposed ? shape.reversed() : shape).stream().mapToLong(Long::longValue).toArray();
    return set.slab().joined(first, last, ours);
  }
}
