package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgufMetadata;
import dev.minnow.checkpoint.gguf.GgufWriter;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import dev.minnow.tokenizer.unicode.Quotes;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An architecture under the keys of a GGUF file. Keys of the architecture that Minnow does not know are refused, because they would change
 * what the model computes.
 */
final class GgufHyperparameters {
  private static final String CONTEXT = "context_length";
  private static final String WIDTH = "embedding_length";
  private static final String LAYERS = "block_count";
  private static final String FEED_FORWARD = "feed_forward_length";
  private static final String HEADS = "attention.head_count";
  private static final String KEY_VALUE_HEADS = "attention.head_count_kv";
  private static final String KEY_WIDTH = "attention.key_length";
  private static final String VALUE_WIDTH = "attention.value_length";
  private static final String LAYER_NORM = "attention.layer_norm_epsilon";
  private static final String RMS_NORM = "attention.layer_norm_rms_epsilon";
  private static final String VOCABULARY = "vocab_size";
  private static final String ROTARY_WIDTH = "rope.dimension_count";
  private static final String THETA = "rope.freq_base";
  private static final String SCALING = "rope.scaling.type";
  private static final String FACTOR = "rope.scaling.factor";
  private static final String ORIGINAL_CONTEXT = "rope.scaling.original_context_length";
  private static final String FINE_TUNED = "rope.scaling.finetuned";
  private static final String EXPERTS = "expert_count";
  private static final String EXPERTS_USED = "expert_used_count";
  private static final String LAYOUT = "tensor_data_layout";

  private static final Set<String> COMMON =
      Set.of(CONTEXT, WIDTH, LAYERS, FEED_FORWARD, HEADS, KEY_VALUE_HEADS, VOCABULARY, LAYOUT);
  private static final Set<String> GPT2 = Set.of(LAYER_NORM);
  private static final Set<String> LLAMA =
      Set.of(
          RMS_NORM, KEY_WIDTH, VALUE_WIDTH, ROTARY_WIDTH, THETA, SCALING, FACTOR, ORIGINAL_CONTEXT, FINE_TUNED, EXPERTS, EXPERTS_USED);

  private final GgufMetadata metadata;
  private final String prefix;

  private GgufHyperparameters(GgufMetadata metadata, Architecture architecture) {
    this.metadata = metadata;
    this.prefix = architecture + ".";
  }

  /** The architecture that a file names. */
  static Architecture architecture(GgufMetadata metadata) {
    String key = "general.architecture";
    String name = metadata.text(key).orElseThrow(() -> metadata.wrong(key, "must name an architecture, but it is missing"));
    for (Architecture architecture : Architecture.values()) {
      if (architecture.toString().equals(name)) {
        return architecture;
      }
    }
    throw metadata.wrong(
        key,
        "must be %s to be opened here, but it is %s"
            .formatted(
                Arrays.stream(Architecture.values()).map(String::valueOf).collect(Collectors.joining(" or ")),
                Quotes.quote(name)));
  }

  /**
   * Reads a configuration.
   *
   * @param vocabularySize V, rows of the token embedding
   * @param tied whether the head is the token embedding
   * @param factors by which each rotary frequency is divided; empty where the file has none
   * @throws CheckpointException naming the key that is missing, malformed, or not supported
   */
  static ModelConfig read(GgufMetadata metadata, int vocabularySize, boolean tied, Optional<float[]> factors) {
    Architecture architecture = architecture(metadata);
    GgufHyperparameters keys = new GgufHyperparameters(metadata, architecture);
    keys.requireKnown(architecture == Architecture.GPT2 ? GPT2 : LLAMA);
    keys.requireEqual(VOCABULARY, vocabularySize, "the rows of the token embedding");
    try {
      ModelConfig config = architecture == Architecture.GPT2 ? keys.gpt2(vocabularySize) : keys.llama(vocabularySize, factors);
      return config.withTiedHead(tied);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(metadata.path() + " describes no model: " + e.getMessage(), e);
    }
  }

  private void requireKnown(Set<String> ofArchitecture) {
    for (String key : metadata.keys()) {
      if (!key.startsWith(prefix)) {
        continue;
      }
      String bare = key.substring(prefix.length());
      if (!COMMON.contains(bare) && !ofArchitecture.contains(bare)) {
        throw metadata.wrong(key, "is not a key that Minnow honours; give a model without it");
      }
    }
    for (String key : new String[] {EXPERTS, EXPERTS_USED}) {
      requireEqual(key, 0, "the only number that Minnow honours");
    }
    OptionalInt parts = metadata.wholeNumber("split.count", 0);
    if (parts.orElse(1) > 1) {
      throw metadata.wrong("split.count", "says that the model is cut into " + parts.getAsInt() + " files; join them into one");
    }
    Optional<String> type = metadata.text("general.type");
    if (type.isPresent() && !type.get().equals("model")) {
      throw metadata.wrong(
          "general.type", "must be \"model\" to be opened here, but it is " + Quotes.quote(type.get()));
    }
  }

  private void requireEqual(String key, int expected, String what) {
    OptionalInt found = metadata.wholeNumber(prefix + key, 0);
    if (found.isPresent() && found.getAsInt() != expected) {
      throw metadata.wrong(prefix + key, "must be " + expected + ", " + what + ", but it is " + found.getAsInt());
    }
  }

  private ModelConfig gpt2(int vocabularySize) {
    int heads = metadata.count(prefix + HEADS);
    requireEqual(KEY_VALUE_HEADS, heads, "the number of heads");
    return ModelConfig.gpt2(
        vocabularySize,
        metadata.count(prefix + CONTEXT),
        metadata.count(prefix + WIDTH),
        metadata.count(prefix + LAYERS),
        heads,
        metadata.count(prefix + FEED_FORWARD),
        epsilon(LAYER_NORM));
  }

  private ModelConfig llama(int vocabularySize, Optional<float[]> factors) {
    int heads = metadata.count(prefix + HEADS);
    int width = metadata.count(prefix + WIDTH);
    int headWidth = metadata.wholeNumber(prefix + KEY_WIDTH, 1).orElse(width / heads);
    requireEqual(VALUE_WIDTH, headWidth, "the width of a key");
    requireEqual(ROTARY_WIDTH, headWidth, "the width of a head");
    double theta = metadata.number(prefix + THETA).map(Float::doubleValue).orElse(Positions.Rotary.DEFAULT_THETA);
    RotaryScaling scaling = RotaryKeys.scaling(metadata, prefix, theta, headWidth, factors);
    return new ModelConfig(
        vocabularySize,
        metadata.count(prefix + CONTEXT),
        width,
        metadata.count(prefix + LAYERS),
        heads,
        metadata.wholeNumber(prefix + KEY_VALUE_HEADS, 1).orElse(heads),
        headWidth,
        metadata.count(prefix + FEED_FORWARD),
        ModelConfig.NormKind.RMS_NORM,
        epsilon(RMS_NORM),
        new Positions.Rotary(theta, scaling),
        ModelConfig.Activation.SWIGLU,
        false,
        true);
  }

  private float epsilon(String key) {
    return metadata
        .number(prefix + key)
        .orElseThrow(() -> metadata.wrong(prefix + key, "must be a number with a fraction, but it is missing"));
  }

  /** The number of layers that a file claims, before anything else is made of it. */
  static int layerCount(GgufMetadata metadata) {
    return metadata.count(architecture(metadata) + "." + LAYERS);
  }

  /**
   * Writes a configuration.
   *
   * @throws CheckpointException naming what no key of the format says
   */
  static void write(ModelConfig config, GgufWriter writer) {
    if (config.queryKeyNorm()) {
      throw new CheckpointException(
          "Minnow writes no GGUF file of a model with norms of queries and keys (qk-norm)%s."
              .formatted(HuggingFaceNames.areKnown(config) ? "; choose --to hf"
                  : ", which no architecture of other programs has; keep its folder"));
    }
    if (config.activation() == ModelConfig.Activation.RELU2) {
      throw new CheckpointException(
          "The gpt2 of GGUF files always has gelu between its feed-forward matrices, and this model has relu2; choose --to hf.");
    }
    Architecture architecture = config.architecture();
    String prefix = architecture + ".";
    writer.put("general.architecture", architecture.toString());
    writer.put(prefix + CONTEXT, config.contextLength());
    writer.put(prefix + WIDTH, config.width());
    writer.put(prefix + LAYERS, config.layerCount());
    writer.put(prefix + FEED_FORWARD, config.feedForwardWidth());
    writer.put(prefix + HEADS, config.headCount());
    // Without a tokenizer llama.cpp has the size of the vocabulary from nowhere else.
    writer.put(prefix + VOCABULARY, config.vocabularySize());
    if (config.positions() instanceof Positions.Rotary rotary) {
      writer.put(prefix + KEY_VALUE_HEADS, config.keyValueHeadCount());
      writer.put(prefix + KEY_WIDTH, config.headWidth());
      writer.put(prefix + VALUE_WIDTH, config.headWidth());
      writer.put(prefix + RMS_NORM, config.normEpsilon());
      writer.put(prefix + ROTARY_WIDTH, config.headWidth());
      writer.put(prefix + THETA, (float) rotary.theta());
      RotaryKeys.write(rotary.scaling(), prefix, writer);
    } else {
      writer.put(prefix + LAYER_NORM, config.normEpsilon());
    }
  }
}
