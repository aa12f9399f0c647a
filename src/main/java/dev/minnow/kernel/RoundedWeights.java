package dev.minnow.kernel;

import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The plain twin of {@link NarrowWeights}: floats, rounded to what narrow rows can hold. */
final class RoundedWeights implements WeightSet {
  private static final class Rounded implements Weight {
    private final Tensor values;
    private final Tensor floats;
    private long version;

    private Rounded(Tensor values, Tensor floats) {
      this.values = values;
      this.floats = floats;
    }

    @Override
    public Tensor values() {
      return values;
    }

    private Tensor floats() {
      if (version != values.version()) {
        throw new IllegalStateException("The weight " + values + " was written since it was rounded; refresh its set.");
      }
      return floats;
    }
  }

  private static final int GROUP = 64;

  private final WeightUse use;
  private final Slab slab;
  private final List<Rounded> weights = new ArrayList<>();

  /** @param use BF16 or INT8 */
  RoundedWeights(List<Tensor> matrices, WeightUse use) {
    this.use = use;
    slab = layout(matrices.stream().map(Tensor::shape).toList()).allocate();
    for (int i = 0; i < matrices.size(); i++) {
      weights.add(new Rounded(matrices.get(i), slab.tensor(i)));
    }
    refresh();
  }

  /** Where the rounded floats of weights of these shapes lie. */
  static SlabLayout layout(List<long[]> shapes) {
    SlabLayout layout = new SlabLayout();
    shapes.forEach(shape -> layout.add("rounded", ElementType.F32, shape));
    return layout;
  }

  /** The floats to multiply with of a weight of any of the scalar kernel's sets. */
  static Tensor floatsOf(Weight weight) {
    return weight instanceof Rounded rounded ? rounded.floats() : weight.values();
  }

  @Override
  public List<Weight> weights() {
    return List.copyOf(weights);
  }

  @Override
  public void refresh() {
    for (Rounded weight : weights) {
      int columns = (int) weight.values.dimension(1);
      for (long row = 0; row < weight.values.dimension(0); row++) {
        for (int first = 0; first < columns; first += GROUP) {
          round(weight, row * columns + first, Math.min(GROUP, columns - first));
        }
      }
      weight.version = weight.values.version();
    }
  }

  private void round(Rounded weight, long from, int count) {
    float largest = 0;
    for (long i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(weight.values.getFloat(i)));
    }
    float scale = largest / 127;
    for (long i = from; i < from + count; i++) {
      float value = weight.values.getFloat(i);
      float rounded = use == WeightUse.BF16 ? Bfloat16.round(value) : scale == 0 ? 0 : scale * (float) Math.rint(value / scale);
      weight.floats.setFloat(i, rounded);
    }
  }

  @Override
  public long bytes() {
    return slab.bytes();
  }

  @Override
  public void close() {
    slab.close();
  }
}
