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
  private static final class Rounded extends WeightForm {
    private final Tensor floats;

    private Rounded(Tensor values, Tensor floats) {
      super(values, floats);
      this.floats = floats;
    }

    private Tensor floats() {
      requireFresh();
      return floats;
    }
  }

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
      weight.requireOpen();
      Tensor values = weight.values();
      int columns = (int) values.dimension(1);
      for (long row = 0; row < values.dimension(0); row++) {
        for (int first = 0; first < columns; first += ByteWeightRows.SCALE_GROUP) {
          round(weight.floats, values, row * columns + first, Math.min(ByteWeightRows.SCALE_GROUP, columns - first));
        }
      }
      weight.markFresh();
    }
  }

  private void round(Tensor floats, Tensor values, long from, int count) {
    float largest = 0;
    for (long i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values.getFloat(i)));
    }
    float scale = largest / ByteWeightRows.LARGEST;
    for (long i = from; i < from + count; i++) {
      float value = values.getFloat(i);
      float rounded = use == WeightUse.BF16 ? Bfloat16.round(value) : scale == 0 ? 0 : scale * (float) Math.rint(value / scale);
      floats.setFloat(i, rounded);
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
