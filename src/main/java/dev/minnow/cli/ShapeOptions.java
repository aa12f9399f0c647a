package dev.minnow.cli;

import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.train.Preset;
import dev.minnow.train.option.RunOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The shape of a model; what is not given comes from the preset. */
final class ShapeOptions extends OptionGroup {
  @Option(names = "--preset", paramLabel = "NAME",
      description = "Model size to start from: ${COMPLETION-CANDIDATES} (tiny if absent); other options override it.")
  @Nullable
  Preset preset;

  @Option(names = "--arch", paramLabel = "NAME", description = "Architecture: ${COMPLETION-CANDIDATES} (gpt2).")
  @Nullable
  Architecture architecture;

  @Option(names = "--activation", paramLabel = "NAME",
      description = "Between the matrices of a gpt2's layers: gelu or relu2, the square of the positive part (gelu); llama has swiglu.")
  ModelConfig.@Nullable Activation activation;

  @Option(names = "--qk-norm", description = "Normalise each head of queries and keys before they are compared.")
  @Nullable
  Boolean queryKeyNorm;

  @Option(names = "--layers", paramLabel = "N", description = "Transformer layers.")
  @Nullable
  Integer layers;

  @Option(names = "--heads", paramLabel = "N", description = "Attention heads; they divide the width.")
  @Nullable
  Integer heads;

  @Option(names = "--kv-heads", paramLabel = "N",
      description = "Heads of keys and values, which divide the heads; llama only (as many as heads).")
  @Nullable
  Integer keyValueHeads;

  @Option(names = "--width", paramLabel = "N", description = "Width of the residual stream.")
  @Nullable
  Integer width;

  @Option(names = "--context", paramLabel = "N", description = "Tokens that the model sees at once.")
  @Nullable
  Integer context;

  @Option(names = "--share-layers", paramLabel = "N",
      description = "Layers in a row that share one set of parameters; they divide the layers (1).")
  @Nullable
  Integer sharedLayers;

  @Option(names = "--vocab-size", paramLabel = "N",
      description = "Tokens in the vocabulary: 256 bytes, end-of-text and merges; 256 for plain bytes.")
  @Nullable
  Integer vocabularySize;

  /** The options of a run of this shape that reads no corpus, with more that were given for it. */
  RunOptions withoutCorpus(Preset usual, Map<String, Object> more) {
    Map<String, Object> given = given();
    given.putAll(more);
    given.put("corpus", List.of());
    return RunOptions.create(preset == null ? usual : preset, given);
  }
}
