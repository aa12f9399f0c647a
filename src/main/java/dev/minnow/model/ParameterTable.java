package dev.minnow.model;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.SlabLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The parameters of a model, stated once: offsets, checkpoint names, optimizer groups and initialisation all derive from this list. The
 * order is the order in memory: token embedding, position embedding, then {@link Layer} by layer, then the final norm and the head, each
 * where the model has it. Parameters that layers share stand once, with the names of the first of these layers.
 */
public final class ParameterTable {
  /**
   * A parameter under one of its names.
   *
   * @param name of the parameter in one layer, or outside of layers
   * @param index of the parameter in the table
   */
  public record Use(String name, int index) {}

  /** Places of one transformer layer's parameters, in their order; a model has some of them. */
  enum Layer {
    NORM_1_SCALE,
    NORM_1_SHIFT,
    QUERY,
    KEY,
    VALUE,
    QUERY_BIAS,
    KEY_BIAS,
    VALUE_BIAS,
    QUERY_NORM_SCALE,
    KEY_NORM_SCALE,
    ATTENTION_OUTPUT,
    ATTENTION_OUTPUT_BIAS,
    NORM_2_SCALE,
    NORM_2_SHIFT,
    FEED_FORWARD_GATE,
    FEED_FORWARD_IN,
    FEED_FORWARD_IN_BIAS,
    FEED_FORWARD_OUT,
    FEED_FORWARD_OUT_BIAS
  }

  static final int TOKEN_EMBEDDING = 0;
  private static final String HEAD = "lm_head.weight";

  private final ModelConfig config;
  private final InitializationScheme scheme;
  private final List<Parameter> parameters;
  private final int firstLayer;

  /** Where each place is in a layer. */
  private final List<Layer> places;

  /** The table of a model that begins as GPT-2 does, or whose values come from elsewhere. */
  public ParameterTable(ModelConfig config) {
    this(config, InitializationScheme.GPT2);
  }

  /** The table of a model whose layers' matrices begin as the scheme says. */
  public ParameterTable(ModelConfig config, InitializationScheme scheme) {
    this.config = config;
    this.scheme = scheme;
    List<Parameter> table = new ArrayList<>();
    long c = config.width();
    ParameterNames names = ParameterNames.of(config.architecture());
    table.add(embedding(names.tokenEmbedding(), ParameterKind.TOKEN_EMBEDDING, config.vocabularySize(), c));
    if (config.positions() instanceof Positions.Learned) {
      table.add(embedding(names.positionEmbedding(), ParameterKind.POSITION_EMBEDDING, config.contextLength(), c));
    }
    this.firstLayer = table.size();
    this.places = Arrays.stream(Layer.values()).filter(place -> isIn(config, place)).toList();
    for (int layer = 0; layer < config.layerCount(); layer += config.sharedLayers()) {
      for (Layer place : places) {
        table.add(parameter(names.layer(layer, place), place));
      }
    }
    table.add(vector(names.finalNorm() + ".weight", ParameterKind.NORM_SCALE, 1, c));
    if (config.norm() == ModelConfig.NormKind.LAYER_NORM) {
      table.add(vector(names.finalNorm() + ".bias", ParameterKind.NORM_SHIFT, 0, c));
    }
    if (!config.tiedHead()) {
      table.add(embedding(HEAD, ParameterKind.HEAD, config.vocabularySize(), c));
    }
    this.parameters = List.copyOf(table);
  }

  private static boolean isIn(ModelConfig config, Layer place) {
    return switch (place) {
      case NORM_1_SHIFT, NORM_2_SHIFT -> config.norm() == ModelConfig.NormKind.LAYER_NORM;
      case QUERY_BIAS, KEY_BIAS, VALUE_BIAS, ATTENTION_OUTPUT_BIAS, FEED_FORWARD_IN_BIAS, FEED_FORWARD_OUT_BIAS -> config.biases();
      case QUERY_NORM_SCALE, KEY_NORM_SCALE -> config.queryKeyNorm();
      case FEED_FORWARD_GATE -> config.activation() == ModelConfig.Activation.SWIGLU;
      case NORM_1_SCALE, QUERY, KEY, VALUE, ATTENTION_OUTPUT, NORM_2_SCALE, FEED_FORWARD_IN, FEED_FORWARD_OUT -> true;
    };
  }

  private Parameter parameter(String name, Layer place) {
    long c = config.width();
    long q = config.queryWidth();
    long kv = config.keyValueWidth();
    long f = config.feedForwardWidth();
    return switch (place) {
      case NORM_1_SCALE, NORM_2_SCALE -> vector(name, ParameterKind.NORM_SCALE, 1, c);
      case QUERY_NORM_SCALE, KEY_NORM_SCALE -> vector(name, ParameterKind.NORM_SCALE, 1, config.headWidth());
      case NORM_1_SHIFT, NORM_2_SHIFT -> vector(name, ParameterKind.NORM_SHIFT, 0, c);
      case QUERY -> weight(name, ParameterKind.QUERY, q, c);
      case KEY -> weight(name, ParameterKind.KEY, kv, c).following();
      case VALUE -> weight(name, ParameterKind.VALUE, kv, c).following();
      case QUERY_BIAS -> bias(name, q);
      case KEY_BIAS, VALUE_BIAS -> bias(name, kv).following();
      case ATTENTION_OUTPUT -> residualWeight(name, ParameterKind.ATTENTION_OUTPUT, c, q);
      case FEED_FORWARD_GATE -> weight(name, ParameterKind.FEED_FORWARD, f, c);
      case FEED_FORWARD_IN -> {
        Parameter in = weight(name, ParameterKind.FEED_FORWARD, f, c);
        yield isIn(config, Layer.FEED_FORWARD_GATE) ? in.following() : in;
      }
      case FEED_FORWARD_OUT -> residualWeight(name, ParameterKind.FEED_FORWARD, c, f);
      case ATTENTION_OUTPUT_BIAS, FEED_FORWARD_OUT_BIAS -> bias(name, c);
      case FEED_FORWARD_IN_BIAS -> bias(name, f);
    };
  }

  private Parameter weight(String name, ParameterKind kind, long rows, long columns) {
    return matrix(name, kind, scheme.matrix(rows, columns, 0), rows, columns);
  }

  /** A matrix whose product is added to the residual stream, as two are in each layer. */
  private Parameter residualWeight(String name, ParameterKind kind, long rows, long columns) {
    return matrix(name, kind, scheme.matrix(rows, columns, 2 * config.layerCount()), rows, columns);
  }

  private static Parameter embedding(String name, ParameterKind kind, long rows, long columns) {
    return matrix(name, kind, InitializationScheme.embedding(), rows, columns);
  }

  private static Parameter matrix(String name, ParameterKind kind, Initialization initialization, long rows, long columns) {
    return new Parameter(name, kind, List.of(rows, columns), initialization, true, false);
  }

  private static Parameter bias(String name, long c) {
    return vector(name, ParameterKind.BIAS, 0, c);
  }

  private static Parameter vector(String name, ParameterKind kind, float value, long c) {
    return new Parameter(name, kind, List.of(c), new Initialization.Constant(value), false, false);
  }

  public ModelConfig config() {
    return config;
  }

  /** All entries, in the order of memory. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * All parameters under all their names: in the table's order, but layer by layer, so that one that layers share comes again for each of
   * them. This is what a file has that writes every layer out.
   */
  public List<Use> uses() {
    ParameterNames names = ParameterNames.of(config.architecture());
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < firstLayer; i++) {
      uses.add(new Use(parameters.get(i).name(), i));
    }
    for (int layer = 0; layer < config.layerCount(); layer++) {
      for (Layer place : places) {
        uses.add(new Use(names.layer(layer, place), layer(layer, place)));
      }
    }
    for (int i = finalNormScale(); i < parameters.size(); i++) {
      uses.add(new Use(parameters.get(i).name(), i));
    }
    return uses;
  }

  /** Trained numbers in all; the tied head counts once, and so do parameters that layers share. */
  public long elementCount() {
    return parameters.stream().mapToLong(Parameter::elementCount).sum();
  }

  /** Numbers of each kind, for the kinds that there are, in their order. */
  public Map<ParameterKind, Long> countByKind() {
    Map<ParameterKind, Long> counts = new EnumMap<>(ParameterKind.class);
    for (Parameter parameter : parameters) {
      counts.merge(parameter.kind(), parameter.elementCount(), Long::sum);
    }
    return counts;
  }

  /** The layer that the parameter of this index belongs to, the first of those that share it; none for those outside of layers. */
  public OptionalInt layerOf(int index) {
    boolean inside = index >= firstLayer && index < finalNormScale();
    return inside ? OptionalInt.of((index - firstLayer) / places.size() * config.sharedLayers()) : OptionalInt.empty();
  }

  /** The place of a layer's parameter. */
  Layer placeOf(int index) {
    return places.get((index - firstLayer) % places.size());
  }

  /** Index of a layer's parameter, or -1 where the model has none in this place. */
  int layer(int layer, Layer place) {
    int offset = places.indexOf(place);
    return offset < 0 ? -1 : firstLayer + layer / config.sharedLayers() * places.size() + offset;
  }

  /** Index of the position embedding, or -1. */
  int positionEmbedding() {
    return firstLayer > 1 ? 1 : -1;
  }

  /** Index of the final norm's scale. */
  int finalNormScale() {
    return firstLayer + config.blockCount() * places.size();
  }

  /** Index of the final norm's shift, or -1. */
  int finalNormShift() {
    return config.norm() == ModelConfig.NormKind.LAYER_NORM ? finalNormScale() + 1 : -1;
  }

  /** Index of the head: the token embedding's where it is tied. */
  int head() {
    return config.tiedHead() ? TOKEN_EMBEDDING : parameters.size() - 1;
  }

  /** The layout of a slab with one F32 tensor per entry, at the entry's index. */
  public SlabLayout layout() {
    SlabLayout layout = new SlabLayout();
    for (Parameter parameter : parameters) {
      if (parameter.followsPrevious()) {
        layout.addAdjacent(parameter.name(), ElementType.F32, parameter.dimensions());
      } else {
        layout.add(parameter.name(), ElementType.F32, parameter.dimensions());
      }
    }
    return layout;
  }
}
