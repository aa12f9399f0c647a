package dev.minnow.model;

import dev.minnow.memory.Slab;
import dev.minnow.memory.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

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
    RandomGeneratorFactory<RandomGenerator> generators = RandomGeneratorFactory.of("L64X128MixRandom");
    for (int i = 0; i < table.parameters().size(); i++) {
      RandomGenerator random = generators.create(seed * 0x9E3779B97F4A7C15L + i);
      table.parameters().get(i).initialization().fill(set.tensor(i), random);
    }
    return set;
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

  Tensor layer(int layer, ParameterTable.Layer place) {
    return tensor(table.layer(layer, place));
  }

  /** Query, key and value weights of a layer as one (3C, C). */
  Tensor queryKeyValue(int layer) {
    long c = table.config().width();
    return slab.joined(
        table.layer(layer, ParameterTable.Layer.QUERY), table.layer(layer, ParameterTable.Layer.VALUE), 3 * c, c);
  }

  /** Query, key and value biases of a layer as one (3C). */
  Tensor queryKeyValueBias(int layer) {
    long c = table.config().width();
    return slab.joined(
        table.layer(layer, ParameterTable.Layer.QUERY_BIAS), table.layer(layer, ParameterTable.Layer.VALUE_BIAS), 3 * c);
  }

  @Override
  public void close() {
    slab.close();
  }
}
