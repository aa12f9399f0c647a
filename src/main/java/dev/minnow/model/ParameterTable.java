package dev.minnow.model;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.SlabLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a model, stated once: offsets, checkpoint names, optimizer groups and initialisation all derive from this list. The
 * order is the order in memory: token embedding, position embedding, then {@link Layer} by layer, then the final norm.
 */
public final class ParameterTable {
  /** GPT-2's standard deviation for weights and embeddings. */
  private static final double DEVIATION = 0.02;

  /** Places of one transformer layer's parameters, counted from {@link #layer}. */
  enum Layer {
    NORM_1_SCALE,
    NORM_1_SHIFT,
    QUERY,
    KEY,
    VALUE,
    QUERY_BIAS,
    KEY_BIAS,
    VALUE_BIAS,
    ATTENTION_OUTPUT,
    ATTENTION_OUTPUT_BIAS,
    NORM_2_SCALE,
    NORM_2_SHIFT,
    FEED_FORWARD_IN,
    FEED_FORWARD_IN_BIAS,
    FEED_FORWARD_OUT,
    FEED_FORWARD_OUT_BIAS
  }

  static final int TOKEN_EMBEDDING = 0;
  static final int POSITION_EMBEDDING = 1;
  private static final int FIRST_LAYER = 2;

  private final ModelConfig config;
  private final List<Parameter> parameters;

  public ParameterTable(ModelConfig config) {
    this.config = config;
    List<Parameter> table = new ArrayList<>();
    long c = config.width();
    long f = config.feedForwardWidth();
    // GPT-2 divides the deviation of what is added to the residual stream by sqrt(2L), the number of additions.
    double residualDeviation = DEVIATION / Math.sqrt(2.0 * config.layerCount());
    table.add(weight("wte.weight", ParameterKind.TOKEN_EMBEDDING, DEVIATION, config.vocabularySize(), c));
    table.add(weight("wpe.weight", ParameterKind.POSITION_EMBEDDING, DEVIATION, config.contextLength(), c));
    for (int layer = 0; layer < config.layerCount(); layer++) {
      String prefix = "h." + layer + ".";
      addNorm(table, prefix + "ln_1", c);
      table.add(weight(prefix + "attn.query.weight", ParameterKind.QUERY, DEVIATION, c, c));
      table.add(following(weight(prefix + "attn.key.weight", ParameterKind.KEY, DEVIATION, c, c)));
      table.add(following(weight(prefix + "attn.value.weight", ParameterKind.VALUE, DEVIATION, c, c)));
      table.add(bias(prefix + "attn.query.bias", c));
      table.add(following(bias(prefix + "attn.key.bias", c)));
      table.add(following(bias(prefix + "attn.value.bias", c)));
      table.add(weight(prefix + "attn.c_proj.weight", ParameterKind.ATTENTION_OUTPUT, residualDeviation, c, c));
      table.add(bias(prefix + "attn.c_proj.bias", c));
      addNorm(table, prefix + "ln_2", c);
      table.add(weight(prefix + "mlp.c_fc.weight", ParameterKind.FEED_FORWARD, DEVIATION, f, c));
      table.add(bias(prefix + "mlp.c_fc.bias", f));
      table.add(weight(prefix + "mlp.c_proj.weight", ParameterKind.FEED_FORWARD, residualDeviation, c, f));
      table.add(bias(prefix + "mlp.c_proj.bias", c));
    }
    addNorm(table, "ln_f", c);
    this.parameters = List.copyOf(table);
  }

  private static void addNorm(List<Parameter> table, String name, long c) {
    table.add(vector(name + ".weight", ParameterKind.NORM_SCALE, 1, c));
    table.add(vector(name + ".bias", ParameterKind.NORM_SHIFT, 0, c));
  }

  private static Parameter weight(String name, ParameterKind kind, double deviation, long rows, long columns) {
    return new Parameter(name, kind, List.of(rows, columns), new Initialization.Normal(deviation), true, false);
  }

  private static Parameter bias(String name, long c) {
    return vector(name, ParameterKind.BIAS, 0, c);
  }

  private static Parameter vector(String name, ParameterKind kind, float value, long c) {
    return new Parameter(name, kind, List.of(c), new Initialization.Constant(value), false, false);
  }

  private static Parameter following(Parameter p) {
    return new Parameter(p.name(), p.kind(), p.shape(), p.initialization(), p.decays(), true);
  }

  public ModelConfig config() {
    return config;
  }

  /** All entries, in the order of memory. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Trained numbers in all; the tied head counts once. */
  public long elementCount() {
    return parameters.stream().mapToLong(Parameter::elementCount).sum();
  }

  /** Numbers that are multiplied with something for each token: matrices, and the tied head, but not a row that is looked up. */
  public long multiplyingCount() {
    return parameters.stream()
        .filter(parameter -> parameter.shape().size() == 2 && parameter.kind() != ParameterKind.POSITION_EMBEDDING)
        .mapToLong(Parameter::elementCount)
        .sum();
  }

  /** Numbers of each kind, for the kinds that there are, in their order. */
  public Map<ParameterKind, Long> countByKind() {
    Map<ParameterKind, Long> counts = new EnumMap<>(ParameterKind.class);
    for (Parameter parameter : parameters) {
      counts.merge(parameter.kind(), parameter.elementCount(), Long::sum);
    }
    return counts;
  }

  /**
   * Floating-point operations of the forward pass, and so of generating, for one token: 2 x {@link #multiplyingCount} + 2 L T C, because
   * a number is multiplied and added once, and causal attention multiplies with half of T keys and as many values on average.
   */
  public double flopsPerGeneratedToken() {
    return 2.0 * multiplyingCount() + 2.0 * config.layerCount() * config.contextLength() * config.width();
  }

  /**
   * Floating-point operations of training on one token: 6 x {@link #multiplyingCount} + 6 L T C, because the backward pass has two
   * products for each of the forward pass.
   */
  public double flopsPerTrainedToken() {
    return 3 * flopsPerGeneratedToken();
  }

  /** Index of a layer's parameter. */
  int layer(int layer, Layer place) {
    return FIRST_LAYER + layer * Layer.values().length + place.ordinal();
  }

  /** Index of the final norm's scale; its shift follows. */
  int finalNorm() {
    return parameters.size() - 2;
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
