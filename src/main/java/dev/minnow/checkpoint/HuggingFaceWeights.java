package dev.minnow.checkpoint;

import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.unicode.Quotes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The weights of a Hugging Face model between its safetensors files and a {@link ParameterSet}. */
final class HuggingFaceWeights {
  private HuggingFaceWeights() {}

  /**
   * Reads the weights into a new set. Where the configuration ties the head to the token embedding and the file has a head that differs
   * from it, the set's table has a head of its own.
   *
   * @throws CheckpointException naming the tensor that is missing, of another shape, not part of this model, or not the same in layers
   *     that share it
   */
  static ParameterSet read(WeightFiles file, ModelConfig config) {
    HuggingFaceNames names = HuggingFaceNames.of(config);
    Map<String, TensorEntry> stored = byTableName(file, names);
    if (config.layerCount() > stored.size() / names.tensorsPerLayer()) {
      // Before the table is made, whose size is whatever config.json claims.
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s has %d tensors, too few for the %d layers in config.json; use the config.json of this model.",
              file.path(), stored.size(), config.layerCount()));
    }
    ParameterTable table = new ParameterTable(config);
    TensorEntry head = stored.get(HuggingFaceNames.HEAD);
    if (config.tiedHead() && head != null) {
      // Of tensors that share their memory, some programs keep one, and any.
      TensorEntry embedding = stored.putIfAbsent(table.parameters().getFirst().name(), head);
      // Transformers, from release 5 on, does not tie them either where both are there and differ.
      if (embedding != null && differ(file, head, embedding)) {
        table = new ParameterTable(config.withTiedHead(false));
      }
    }
    List<HuggingFaceTensor> tensors = HuggingFaceTensor.of(table);
    requireMatch(file, names, tensors, stored);
    Map<Integer, HuggingFaceTensor> firsts = new LinkedHashMap<>();
    for (HuggingFaceTensor tensor : tensors) {
      HuggingFaceTensor first = firsts.putIfAbsent(tensor.first(), tensor);
      if (first != null) {
        requireSame(file, stored.get(first.name()), stored.get(tensor.name()));
      }
    }
    return ParallelTasks.fill(
        table,
        parameters -> {
          List<Runnable> tasks = new ArrayList<>();
          for (HuggingFaceTensor tensor : firsts.values()) {
            addTasks(tasks, tensor, file.stored(Objects.requireNonNull(stored.get(tensor.name()))), tensor.in(parameters));
          }
          return tasks;
        });
  }

  /** The file of these weights, under the names that transformers writes, as a floating-point type. */
  static SafetensorsWriter writer(ParameterSet parameters, StoredType type) {
    HuggingFaceNames names = HuggingFaceNames.of(parameters.table().config());
    // Releases of transformers refuse files that do not name a framework.
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    for (HuggingFaceTensor tensor : HuggingFaceTensor.of(parameters.table())) {
      if (tensor.transposed()) {
        writer.addTransposed(names.inFile(tensor.name()), tensor.in(parameters), type);
      } else {
        writer.add(names.inFile(tensor.name()), tensor.in(parameters), type);
      }
    }
    return writer;
  }

  private static Map<String, TensorEntry> byTableName(WeightFiles file, HuggingFaceNames names) {
    Map<String, TensorEntry> stored = new HashMap<>();
    file.entries()
        .forEach(
            (name, entry) -> {
              String inTable = names.inTable(name);
              if (!names.buffers().matcher(inTable).matches() && stored.put(inTable, entry) != null) {
                throw new CheckpointException(
                    "%s has %s both with and without the prefix \"%s\"; remove one of the two."
                        .formatted(file.path(), Quotes.quote(inTable), names.prefix()));
              }
            });
    return stored;
  }

  private static void requireMatch(
      WeightFiles file, HuggingFaceNames names, List<HuggingFaceTensor> tensors, Map<String, TensorEntry> stored) {
    Map<String, TensorEntry> left = new HashMap<>(stored);
    for (HuggingFaceTensor tensor : tensors) {
      TensorEntry entry = left.remove(tensor.name());
      if (entry == null) {
        throw new CheckpointException(
            "%s has no tensor \"%s\", which config.json calls for; use the config.json of this model."
                .formatted(file.path(), tensor.name()));
      }
      if (!entry.shape().equals(tensor.shape())) {
        throw new CheckpointException(
            "The tensor %s of %s is %s where config.json calls for %s; use the config.json of this model."
                .formatted(Quotes.quote(entry.name()), file.path(), entry.shape(), tensor.shape()));
      }
    }
    // Where the table has no head, this is the token embedding once more.
    left.remove(HuggingFaceNames.HEAD);
    if (!left.isEmpty()) {
      throw new CheckpointException(
          String.format(Locale.ROOT,
              "%s has the tensor %s, which is no part of a %s of this config.json (%d such tensors); use the config.json of this model.",
              file.path(),
              Quotes.quote(left.keySet().stream().sorted().findFirst().orElseThrow()),
              names.className(),
              left.size()));
    }
  }

  private static boolean differ(WeightFiles file, TensorEntry a, TensorEntry b) {
    return a.type() != b.type()
        || !a.shape().equals(b.shape())
        || file.stored(a).bytes().mismatch(file.stored(b).bytes()) != -1;
  }

  /** Layers share parameters only where a file has the same numbers for all of them. */
  private static void requireSame(WeightFiles file, @Nullable TensorEntry first, @Nullable TensorEntry other) {
    if (first != null && other != null && differ(file, first, other)) {
      throw new CheckpointException(
          "The tensor %s of %s differs from %s, with which it shares its parameters as \"%s\" in config.json says; remove that key."
              .formatted(
                  Quotes.quote(other.name()),
                  file.path(),
                  Quotes.quote(first.name()),
                  ModelConfigJson.SHARED_LAYERS));
    }
  }

  private static void addTasks(List<Runnable> tasks, HuggingFaceTensor tensor, StoredTensor stored, Tensor target) {
    if (!tensor.transposed()) {
      long count = target.elementCount();
      for (long from = 0; from < count; from += ParallelTasks.TASK_ELEMENTS) {
        long first = from;
        tasks.add(() -> stored.copy(first, Math.min(first + ParallelTasks.TASK_ELEMENTS, count), target.segment()));
      }
      return;
    }
    long rows = target.dimension(0);
    long columns = target.dimension(1);
    long rowsPerTask = Math.ceilDiv(ParallelTasks.TASK_ELEMENTS, columns);
    for (long from = 0; from < rows; from += rowsPerTask) {
      long first = from;
      long last = Math.min(first + rowsPerTask, rows);
      MemorySegment part = target.rows(first, last).segment();
      tasks.add(() -> stored.transpose(/* rows= */ columns, /* columns= */ rows, first, last, part));
    }
  }
}
