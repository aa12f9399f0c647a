package dev.minnow.checkpoint;

import dev.minnow.memory.Tensor;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.ArrayList;
import java.util.List;

/**
 * One tensor of a {@code GPT2LMHeadModel} file and the parameters that it holds. Its linear layers are {@code Conv1D}: weights are
 * (in, out), the transpose of Minnow's; query, key and value stand side by side in one tensor.
 *
 * @param name without the prefix {@code transformer.}
 * @param shape in the file
 * @param first index in the parameter table of the first parameter that it holds
 * @param last index of the last one; those between lie adjacent
 * @param transposed whether the file holds (in, out) where Minnow holds (out, in)
 */
record GptTwoTensor(String name, List<Long> shape, int first, int last, boolean transposed) {
  /** The last parts of the names of the three entries that a file joins. */
  private static final String QUERY = "attn.query.";

  private static final String JOINED = "attn.c_attn.";

  /** Tensors of a model whose number of layers is that of {@code table}, in the table's order. */
  static List<GptTwoTensor> of(ParameterTable table) {
    List<Parameter> parameters = table.parameters();
    List<GptTwoTensor> tensors = new ArrayList<>();
    for (int first = 0; first < parameters.size(); first++) {
      Parameter parameter = parameters.get(first);
      boolean joined = parameter.name().contains(QUERY);
      int last = joined ? first + 2 : first;
      long rows = parameter.shape().getFirst() * (last - first + 1);
      boolean matrix = parameter.shape().size() == 2;
      boolean transposed = matrix && !isEmbedding(parameter.kind());
      List<Long> shape = !matrix ? List.of(rows) : transposed ? List.of(parameter.shape().get(1), rows) : parameter.shape();
      tensors.add(new GptTwoTensor(parameter.name().replace(QUERY, JOINED), shape, first, last, transposed));
      first = last;
    }
    return tensors;
  }

  private static boolean isEmbedding(ParameterKind kind) {
    return kind == ParameterKind.TOKEN_EMBEDDING || kind == ParameterKind.POSITION_EMBEDDING;
  }

  /** The parameters as one tensor: of the file's shape, or of its transpose. */
  Tensor in(ParameterSet set) {
    long[] ours = (transposed ? shape.reversed() : shape).stream().mapToLong(Long::longValue).toArray();
    return set.slab().joined(first, last, ours);
  }
}
