package dev.minnow.generate;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keys and values of the tokens that a sequence has so far: per layer (G, t, D) each, where t positions have room. It grows with the
 * sequence, since a model's whole context may take more memory than the machine has.
 */
final class KeyValueCache implements AutoCloseable {
  /** Positions that have room at first; each growth at least doubles it. */
  private static final int FIRST_POSITIONS = 1024;

  private final ModelConfig config;
  private int positions;
  private Slab slab;
  private List<Tensor> keys;
  private List<Tensor> values;

  KeyValueCache(ModelConfig config) {
    this.config = config;
    this.positions = Math.min(config.contextLength(), FIRST_POSITIONS);
    this.slab = allocate(positions);
    this.keys = tensors(0);
    this.values = tensors(1);
  }

  private Slab allocate(int room) {
    SlabLayout layout = new SlabLayout();
    long[] shape = {config.keyValueHeadCount(), room, config.headWidth()};
    for (int layer = 0; layer < config.layerCount(); layer++) {
      layout.add("keys of layer " + layer, ElementType.F32, shape);
      layout.add("values of layer " + layer, ElementType.F32, shape);
    }
    return layout.allocate();
  }

  private List<Tensor> tensors(int first) {
    return IntStream.range(0, config.layerCount()).mapToObj(layer -> slab.tensor(2 * layer + first)).toList();
  }

  /** Makes room for so many positions, at most the context; what is there stays. If there is no memory, everything stays as it is. */
  void ensure(int wanted) {
    if (wanted <= positions) {
      return;
    }
    int room = Math.clamp(2L * positions, wanted, config.contextLength());
    Slab larger = allocate(room);
    Slab old = slab;
    for (int i = 0; i < 2 * config.layerCount(); i++) {
      copy(old.tensor(i), positions, larger.tensor(i));
    }
    slab = larger;
    positions = room;
    keys = tensors(0);
    values = tensors(1);
    old.close();
  }

  private void copy(Tensor from, int filled, Tensor to) {
    long headBytes = (long) filled * config.headWidth() * Float.BYTES;
    for (int head = 0; head < config.keyValueHeadCount(); head++) {
      to.rows(head, head + 1).segment().copyFrom(from.rows(head, head + 1).segment().asSlice(0, headBytes));
    }
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
