package dev.minnow.cli;

import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The shape of a model; what is not given comes from the preset. */
final class ShapeOptions {
  @Option(names = "--preset", paramLabel = "NAME",
      description = "Model size to start from: ${COMPLETION-CANDIDATES} (tiny if absent); other options override it.")
  @Nullable
  Preset preset;

  @Option(names = "--arch", paramLabel = "NAME", description = "Architecture: ${COMPLETION-CANDIDATES} (gpt2).")
  private @Nullable Architecture architecture;

  @Option(names = "--activation", paramLabel = "NAME",
      description = "Between the matrices of a gpt2's layers: gelu or relu2, the square of the positive part (gelu); llama has swiglu.")
  private ModelConfig.@Nullable Activation activation;

  @Option(names = "--layers", paramLabel = "N", description = "Transformer layers.")
  private @Nullable Integer layers;

  @Option(names = "--heads", paramLabel = "N", description = "Attention heads; they divide the width.")
  private @Nullable Integer heads;

  @Option(names = "--kv-heads", paramLabel = "N",
      description = "Heads of keys and values, which divide the heads; llama only (as many as heads).")
  private @Nullable Integer keyValueHeads;

  @Option(names = "--width", paramLabel = "N", description = "Width of the residual stream.")
  private @Nullable Integer width;

  @Option(names = "--context", paramLabel = "N", description = "Tokens that the model sees at once.")
  private @Nullable Integer context;

  @Option(names = "--share-layers", paramLabel = "N",
      description = "Layers in a row that share one set of parameters; they divide the layers (1).")
  private @Nullable Integer sharedLayers;

  @Option(names = "--vocab-size", paramLabel = "N",
      description = "Tokens in the vocabulary: 256 bytes, end-of-text and merges; 256 for plain bytes.")
  private @Nullable Integer vocabularySize;

  /** The options of a run of this shape that reads no corpus, with more that were given for it. */
  RunOptions withoutCorpus(Preset usual, Map<String, Object> more) {
    Map<String, Object> given = given();
    given.putAll(more);
    given.put("corpus", List.of());
    return RunOptions.create(preset == null ? usual : preset, given);
  }

  /** The options that were given, by their names without dashes. */
  Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    put(given, "arch", architecture);
    put(given, "activation", activation);
    put(given, "layers", layers);
    put(given, "heads", heads);
    put(given, "kv-heads", keyValueHeads);
    put(given, "width", width);
    put(given, "context", context);
    put(given, "share-layers", sharedLayers);
    put(given, "vocab-size", vocabularySize);
    return given;
  }

  /** Adds an option if it was given. */
  static void put(Map<String, Object> given, String name, @Nullable Object value) {
    if (value != null) {
      given.put(name, value);
    }
  }
}
