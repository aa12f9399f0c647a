package dev.minnow.model;

import dev.minnow.memory.Checksum;
import dev.minnow.memory.Slab;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ParameterTable.Layer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * One off-heap slab with a tensor for every entry of a parameter table: the parameters themselves, their gradients, or an optimizer's
 * moments.
 */
public final class ParameterSet implements AutoCloseable {
  private final ParameterTable table;
  private final Slab slab;

  private ParameterSet(ParameterTable table) {
    this.table = table;
    this.slab = table.layout().allocate();
  }

  /** A set of zeros. */
  public static ParameterSet zeros(ParameterTable table) {
    return new ParameterSet(table);
  }

  /**
   * A set of initial values. Each parameter has a random generator of its own, so that it depends on the seed and on its place in the
   * table alone.
   */
  public static ParameterSet initialized(ParameterTable table, long seed) {
    ParameterSet set = new ParameterSet(table);
    for (int i = 0; i < table.parameters().size(); i++) {
      initialize(table, i, seed, set.tensor(i));
    }
    return set;
  }

  /** Gives a tensor the initial values of the table's entry of this index, as {@link #initialized} does. */
  public static void initialize(ParameterTable table, int index, long seed, Tensor tensor) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 0x9E3779B97F4A7C15L + index);
    table.parameters().get(index).initialization().fill(tensor, random);
  }

  /** Takes the values of a set of the same table. */
  public void copyFrom(ParameterSet other) {
    for (int i = 0; i < table.parameters().size(); i++) {
      tensor(i).copyFrom(other.tensor(i));
    }
  }

  /** CRC-32C of all values, in the order of the table. */
  public int checksum() {
    Checksum checksum = new Checksum();
    for (int i = 0; i < table.parameters().size(); i++) {
      checksum.add(tensor(i).segment());
    }
    return checksum.value();
  }

  public ParameterTable table() {
    return table;
  }

  /** The slab that holds all tensors. */
  public Slab slab() {
    return slab;
  }

  /** The tensor of the table's entry of this index. */
  public Tensor tensor(int index) {
    return slab.tensor(index);
  }

  /** All tensors by name, in the order of the table. */
  public Map<String, Tensor> byName() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < table.parameters().size(); i++) {
      tensors.put(table.parameters().get(i).name(), tensor(i));
    }
    return Collections.unmodifiableMap(tensors);
  }

  /** The tensor of this index, or null where the table says -1: the model has none. */
  @Nullable
  Tensor tensorOrNull(int index) {
    return index < 0 ? null : tensor(index);
  }

  Tensor layer(int layer, Layer place) {
    return tensor(table.layer(layer, place));
  }

  /** A bias or shift of a layer, where the model has one. */
  @Nullable
  Tensor layerOrNull(int layer, Layer place) {
    return tensorOrNull(table.layer(layer, place));
  }

  /** Query, key and value weights of a layer as one ((H+2G)D, C). */
  Tensor queryKeyValue(int layer) {
    ModelConfig config = table.config();
    return slab.joined(table.layer(layer, Layer.QUERY), table.layer(layer, Layer.VALUE), config.queryKeyValueWidth(), config.width());
  }

  /** Query, key and value biases of a layer as one ((H+2G)D), where the model has biases. */
  @Nullable
  Tensor queryKeyValueBias(int layer) {
    int first = table.layer(layer, Layer.QUERY_BIAS);
    return first < 0 ? null : slab.joined(first, table.layer(layer, Layer.VALUE_BIAS), table.config().queryKeyValueWidth());
  }

  /** The first feed-forward matrix of a layer: (F, C), or (2F, C) with the gates first. */
  Tensor feedForwardIn(int layer) {
    ModelConfig config = table.config();
    int gate = table.layer(layer, Layer.FEED_FORWARD_GATE);
    int in = table.layer(layer, Layer.FEED_FORWARD_IN);
    return gate < 0 ? tensor(in) : slab.joined(gate, in, config.hiddenWidth(), config.width());
  }

  @Override
  public void close() {
    slab.close();
  }
}
