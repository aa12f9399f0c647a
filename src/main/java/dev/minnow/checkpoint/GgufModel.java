package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgmlType;
import dev.minnow.checkpoint.gguf.GgufFile;
import dev.minnow.checkpoint.gguf.GgufTensor;
import dev.minnow.checkpoint.gguf.GgufWriter;
import dev.minnow.checkpoint.gguf.RowOrder;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.unicode.Quotes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A model in a GGUF file, as llama.cpp's converters lay one out. */
final class GgufModel {
  /** The specification and llama.cpp name it differently. */
  private static final String POSITION_EMBEDDING = "position_embd.weight";
  private static final String POSITION_EMBEDDING_ALIAS = "pos_embd.weight";

  /** The block formats of today; general.quantization_version. */
  private static final int QUANTIZATION_VERSION = 2;

  private GgufModel() {}

  /**
   * Reads a model.
   *
   * @throws CheckpointException if the file is damaged, or naming the key or tensor that Minnow does not honour
   */
  static LoadedModel load(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      Map<String, GgufTensor> stored = tensors(file);
      ModelConfig config = config(file, stored);
      Optional<Tokenizer> tokenizer = GgufTokenizer.read(file.metadata());
      if (tokenizer.isPresent() && tokenizer.get().vocabularySize() > config.vocabularySize()) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "The tokenizer in %s has %d tokens and the model only %d; give a model that fits its tokenizer.",
                path, tokenizer.get().vocabularySize(), config.vocabularySize()));
      }
      return new LoadedModel(config, parameters(file, stored, config), tokenizer);
    }
  }

  /** Reads only the tokenizer of a file. */
  static Optional<Tokenizer> tokenizer(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      return GgufTokenizer.read(file.metadata());
    }
  }

  private static Map<String, GgufTensor> tensors(GgufFile file) {
    Map<String, GgufTensor> tensors = new LinkedHashMap<>(file.tensors());
    GgufTensor alias = tensors.remove(POSITION_EMBEDDING_ALIAS);
    if (alias != null && tensors.put(POSITION_EMBEDDING, alias) != null) {
      throw new CheckpointException(
          "%s has the position embedding under two names, \"%s\" and \"%s\"; remove one of the two."
              .formatted(file.path(), POSITION_EMBEDDING, POSITION_EMBEDDING_ALIAS));
    }
    return tensors;
  }

  /** Takes what only says how the model is built out of {@code stored}. */
  private static ModelConfig config(GgufFile file, Map<String, GgufTensor> stored) {
    GgufHyperparameters.architecture(file.metadata());
    GgufTensor embedding = stored.get(GgufParameter.TOKEN_EMBEDDING);
    if (embedding == null || embedding.shape().size() != 2 || embedding.shape().getFirst() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "%s has no tensor \"%s\" of two dimensions; give a file that holds a whole model."
              .formatted(file.path(), GgufParameter.TOKEN_EMBEDDING));
    }
    int layers = GgufHyperparameters.layerCount(file.metadata());
    if (layers > stored.size()) {
      // Before a table is made, whose size is whatever the file claims.
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s has %d tensors, too few for the %d layers that it claims; copy or make it again.",
              file.path(), stored.size(), layers));
    }
    GgufTensor head = stored.get(GgufParameter.HEAD);
    boolean tied =
        head == null
            || head.type() == embedding.type() && head.shape().equals(embedding.shape()) && head.bytes().mismatch(embedding.bytes()) == -1;
    if (tied) {
      stored.remove(GgufParameter.HEAD);
    }
    Optional<float[]> divisors = Optional.ofNullable(stored.remove(RotaryKeys.DIVISORS)).map(tensor -> floats(file, tensor));
    return GgufHyperparameters.read(file.metadata(), embedding.shape().getFirst().intValue(), tied, divisors);
  }

  private static float[] floats(GgufFile file, GgufTensor tensor) {
    if (tensor.type() != GgmlType.F32 || tensor.shape().size() != 1 || tensor.rowElements() > 1 << 16) {
      throw new CheckpointException(
          "The tensor \"%s\" of %s is no list of F32 numbers; copy or make it again.".formatted(tensor.name(), file.path()));
    }
    float[] values = new float[(int) tensor.rowElements()];
    MemorySegment.copy(tensor.bytes(), ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, 0, values.length);
    return values;
  }

  private static ParameterSet parameters(GgufFile file, Map<String, GgufTensor> stored, ModelConfig config) {
    ParameterTable table = new ParameterTable(config);
    List<GgufParameter> expected = GgufParameter.of(table);
    requireMatch(file, expected, stored);
    return ParallelTasks.fill(
        table,
        parameters -> {
          List<Runnable> tasks = new ArrayList<>();
          for (GgufParameter parameter : expected) {
            addTasks(tasks, Objects.requireNonNull(stored.get(parameter.name())), parameter.in(parameters), parameter.order());
          }
          return tasks;
        });
  }

  private static void requireMatch(GgufFile file, List<GgufParameter> expected, Map<String, GgufTensor> stored) {
    Map<String, GgufTensor> left = new LinkedHashMap<>(stored);
    for (GgufParameter parameter : expected) {
      GgufTensor tensor = left.remove(parameter.name());
      if (tensor == null) {
        throw new CheckpointException(
            "%s has no tensor \"%s\", which its architecture calls for; give a file that holds a whole model."
                .formatted(file.path(), parameter.name()));
      }
      if (!tensor.shape().equals(parameter.shape())) {
        throw new CheckpointException(
            "The tensor \"%s\" of %s is %s where its metadata calls for %s; copy or make it again."
                .formatted(tensor.name(), file.path(), tensor.shape(), parameter.shape()));
      }
      if (!tensor.type().isReadable()) {
        throw new CheckpointException(
            "The tensor \"%s\" of %s is %s, a type that Minnow does not read; make the file with another, such as Q8_0."
                .formatted(tensor.name(), file.path(), tensor.type()));
      }
      if (tensor.type().blockElements() > 1) {
        requireQuantizationVersion(file);
      }
    }
    if (!left.isEmpty()) {
      throw new CheckpointException(
          String.format(Locale.ROOT,
              "%s has the tensor %s, which is no part of a model of its architecture that Minnow knows (%d such tensors);"
                  + " give another file.",
              file.path(), Quotes.quote(left.keySet().iterator().next()), left.size()));
    }
  }

  private static void requireQuantizationVersion(GgufFile file) {
    String key = "general.quantization_version";
    int version = file.metadata().wholeNumber(key, 0).orElse(QUANTIZATION_VERSION);
    if (version != QUANTIZATION_VERSION) {
      throw file.metadata().wrong(key, "must be " + QUANTIZATION_VERSION + ", the block formats of today, but it is " + version);
    }
  }

  private static void addTasks(List<Runnable> tasks, GgufTensor stored, Tensor target, RowOrder order) {
    long row = stored.rowElements();
    long rows = target.elementCount() / row;
    long rowsPerTask = Math.ceilDiv(ParallelTasks.TASK_ELEMENTS, row);
    for (long from = 0; from < rows; from += rowsPerTask) {
      long first = from;
      long last = Math.min(first + rowsPerTask, rows);
      tasks.add(() -> decode(stored, first, last, order, target.segment()));
    }
  }

  private static void decode(GgufTensor stored, long from, long to, RowOrder order, MemorySegment target) {
    long row = stored.rowElements();
    if (order.equals(RowOrder.SAME)) {
      stored.decode(from * row, (to - from) * row, target, from * row * Float.BYTES);
      return;
    }
    for (long i = from; i < to; i++) {
      stored.decode(i * row, row, target, order.row(i) * row * Float.BYTES);
    }
  }

  /**
   * A file's metadata and tensors, ready to be written while {@code model} stays open.
   *
   * @param name of the model, for people
   * @param notices gets what could not be said or stored as asked for, each as a sentence
   */
  static GgufWriter writer(LoadedModel model, String name, ExportType type, Arena arena, List<String> notices) {
    GgufWriter writer = new GgufWriter();
    GgufHyperparameters.write(model.config(), writer);
    writer.put("general.name", name);
    writer.put("general.type", "model");
    writer.put("general.file_type", type.ggmlFileType());
    if (type.ggml().blockElements() > 1) {
      writer.put("general.quantization_version", QUANTIZATION_VERSION);
    }
    if (model.tokenizer().isPresent()) {
      notices.addAll(GgufTokenizer.write(model.tokenizer().get(), model.config().vocabularySize(), writer));
    } else {
      writer.put("tokenizer.ggml.model", "none");
      notices.add("The model has no tokenizer, so that only token ids can be given to it.");
    }
    int uneven = 0;
    for (GgufParameter parameter : GgufParameter.of(model.parameters().table())) {
      GgmlType stored = parameter.staysFloat() ? GgmlType.F32 : type.ggml();
      boolean isHead = parameter.name().equals(GgufParameter.TOKEN_EMBEDDING) && needsHead(model.config());
      if (parameter.shape().getLast() % stored.blockElements() != 0) {
        stored = GgmlType.F16;
        uneven += isHead ? 2 : 1;
      }
      writer.add(parameter.name(), stored, parameter.in(model.parameters()), parameter.order());
      if (isHead) {
        writer.add(GgufParameter.HEAD, stored, parameter.in(model.parameters()), parameter.order());
      }
    }
    if (uneven > 0) {
      notices.add(
          String.format(Locale.ROOT, "%d tensors are stored as f16, because their rows are no multiple of the %d numbers of a block of %s.",
              uneven, type.ggml().blockElements(), type));
    }
    addDivisors(model.config(), arena, writer);
    return writer;
  }

  /** Releases of llama.cpp refuse a gpt2 without a head of its own; its converter writes the token embedding twice. */
  private static boolean needsHead(ModelConfig config) {
    return config.architecture() == Architecture.GPT2 && config.tiedHead();
  }

  private static void addDivisors(ModelConfig config, Arena arena, GgufWriter writer) {
    if (config.positions() instanceof Positions.Rotary rotary && rotary.scaling() instanceof RotaryScaling.Llama3) {
      float[] divisors = RotaryKeys.divisors(rotary, config.headWidth());
      Tensor tensor = Tensor.of(arena.allocateFrom(ValueLayout.JAVA_FLOAT, divisors), ElementType.F32, divisors.length);
      writer.add(RotaryKeys.DIVISORS, GgmlType.F32, tensor, RowOrder.SAME);
    }
  }
}
