package dev.minnow.generate;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import java.util.List;
import java.util.stream.IntStream;

/** Keys and values of the tokens that a sequence has so far: per layer (G, T, D) each. */
final class KeyValueCache implements AutoCloseable {
  private final Slab slab;
  private final List<Tensor> keys;
  private final List<Tensor> values;

  KeyValueCache(ModelConfig config) {
    SlabLayout layout = new SlabLayout();
    long[] shape = {config.keyValueHeadCount(), config.contextLength(), config.headWidth()};
    for (int layer = 0; layer < config.layerCount(); layer++) {
      layout.add("keys of layer " + layer, ElementType.F32, shape);
      layout.add("values of layer " + layer, ElementType.F32, shape);
    }
    slab = layout.allocate();
    keys = IntStream.range(0, config.layerCount()).mapToObj(layer -> slab.tensor(2 * layer)).toList();
    values = IntStream.range(0, config.layerCount()).mapToObj(layer -> slab.tensor(2 * layer + 1)).toList();
  }

  List<Tensor> keys() {
    return keys;
  }

  List<Tensor> values() {
    return values;
  }

  @Override
  public void close() {
    slab.close();
  }
}
