package dev.minnow.checkpoint;

import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The weights of a {@code GPT2LMHeadModel} between its safetensors file and a {@link ParameterSet}. */
final class GptTwoWeights {
  private static final String PREFIX = "transformer.";
  private static final String TOKEN_EMBEDDING = "wte.weight";
  private static final String HEAD = "lm_head.weight";
  private static final int TENSORS_PER_LAYER = 12;

  /** Causal masks that older releases saved; they are no parameters. */
  private static final Pattern MASK = Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");

  /** Elements of a target that one task fills: large against the cost of a task, small against a 124M model's 38M token embedding. */
  private static final long TASK_ELEMENTS = 1 << 20;

  private GptTwoWeights() {}

  /**
   * Reads the weights into a new set.
   *
   * @throws CheckpointException naming the tensor that is missing, of another shape, or not part of this model
   */
  static ParameterSet read(SafetensorsFile file, ModelConfig config) {
    Map<String, TensorEntry> stored = withoutPrefix(file);
    if (config.layerCount() > stored.size() / TENSORS_PER_LAYER) {
      // Before the table is made, whose size is whatever config.json claims.
      throw new CheckpointException(
          "%s has %d tensors, too few for the %d layers in config.json; use the config.json of this model."
              .formatted(file.path(), stored.size(), config.layerCount()));
    }
    ParameterTable table = new ParameterTable(config);
    List<GptTwoTensor> tensors = GptTwoTensor.of(table);
    requireMatch(file, tensors, stored);
    ParameterSet parameters = ParameterSet.zeros(table);
    try {
      List<Runnable> tasks = new ArrayList<>();
      for (GptTwoTensor tensor : tensors) {
        addTasks(tasks, tensor, file.stored(Objects.requireNonNull(stored.get(tensor.name()))), tensor.in(parameters));
      }
      if (table.elementCount() > TASK_ELEMENTS) {
        ParallelTasks.run(tasks);
      } else {
        // Starting threads would take longer than the work.
        tasks.forEach(Runnable::run);
      }
      return parameters;
    } catch (RuntimeException | Error e) {
      parameters.close();
      throw e;
    }
  }

  /** The file of these weights, under the names that transformers writes, as a floating-point type. */
  static SafetensorsWriter writer(ParameterSet parameters, StoredType type) {
    // Releases of transformers refuse files that do not name a framework.
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    for (GptTwoTensor tensor : GptTwoTensor.of(parameters.table())) {
      if (tensor.transposed()) {
        writer.addTransposed(PREFIX + tensor.name(), tensor.in(parameters), type);
      } else {
        writer.add(PREFIX + tensor.name(), tensor.in(parameters), type);
      }
    }
    return writer;
  }

  private static Map<String, TensorEntry> withoutPrefix(SafetensorsFile file) {
    Map<String, TensorEntry> stored = new HashMap<>();
    file.entries()
        .forEach(
            (name, entry) -> {
              String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
              if (!MASK.matcher(bare).matches() && stored.put(bare, entry) != null) {
                throw new CheckpointException(
                    "%s has %s both with and without the prefix \"%s\"; remove one of the two."
                        .formatted(file.path(), CheckpointException.quote(bare), PREFIX));
              }
            });
    return stored;
  }

  private static void requireMatch(SafetensorsFile file, List<GptTwoTensor> tensors, Map<String, TensorEntry> stored) {
    Map<String, TensorEntry> left = new HashMap<>(stored);
    for (GptTwoTensor tensor : tensors) {
      TensorEntry entry = left.remove(tensor.name());
      if (entry == null) {
        throw new CheckpointException(
            "%s has no tensor \"%s\", which config.json calls for; use the config.json of this model."
                .formatted(file.path(), tensor.name()));
      }
      if (!entry.shape().equals(tensor.shape())) {
        throw new CheckpointException(
            "The tensor %s of %s is %s where config.json calls for %s; use the config.json of this model."
                .formatted(CheckpointException.quote(entry.name()), file.path(), entry.shape(), tensor.shape()));
      }
    }
    TensorEntry head = left.remove(HEAD);
    if (head != null) {
      requireTied(file, head, Objects.requireNonNull(stored.get(TOKEN_EMBEDDING)));
    }
    if (!left.isEmpty()) {
      throw new CheckpointException(
          "%s has the tensor %s, which is no part of a GPT2LMHeadModel of this config.json (%d such tensors); use the config.json of this model."
              .formatted(file.path(), CheckpointException.quote(left.keySet().stream().sorted().findFirst().orElseThrow()), left.size()));
    }
  }

  private static void requireTied(SafetensorsFile file, TensorEntry head, TensorEntry embedding) {
    boolean tied =
        head.type() == embedding.type()
            && head.shape().equals(embedding.shape())
            && file.stored(head).bytes().mismatch(file.stored(embedding).bytes()) == -1;
    if (!tied) {
      throw new CheckpointException(
          "The tensor %s of %s differs from the token embedding, and Minnow's head is the token embedding; tie them where it was made."
              .formatted(CheckpointException.quote(head.name()), file.path()));
    }
  }

  private static void addTasks(List<Runnable> tasks, GptTwoTensor tensor, StoredTensor stored, Tensor target) {
    if (!tensor.transposed()) {
      long count = target.elementCount();
      for (long from = 0; from < count; from += TASK_ELEMENTS) {
        long first = from;
        tasks.add(() -> stored.copy(first, Math.min(first + TASK_ELEMENTS, count), target.segment()));
      }
      return;
    }
    long rows = target.dimension(0);
    long columns = target.dimension(1);
    long rowsPerTask = Math.ceilDiv(TASK_ELEMENTS, columns);
    for (long from = 0; from < rows; from += rowsPerTask) {
      long first = from;
      long last = Math.min(first + rowsPerTask, rows);
      MemorySegment part = target.rows(first, last).segment();
      tasks.add(() -> stored.transpose(/* rows= */ columns, /* columns= */ rows, first, last, part));
    }
  }
}
