package dev.minnow.kernel.scalar;

import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.weight.ByteGroups;
import dev.minnow.kernel.weight.NarrowWeights;
import dev.minnow.kernel.weight.PlainWeights;
import dev.minnow.kernel.weight.WeightForm;
import dev.minnow.kernel.weight.WeightForms;
import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The plain twin of {@link NarrowWeights}: floats, rounded to what narrow rows can hold. */
final class RoundedWeights extends WeightForms<RoundedWeights.Rounded> {
  /** One weight. */
  static final class Rounded extends WeightForm {
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

  /** @param use BF16 or INT8 */
  RoundedWeights(List<Tensor> matrices, WeightUse use) {
    this(layout(matrices.stream().map(Tensor::shape).toList()).allocate(), matrices, use);
  }

  private RoundedWeights(Slab slab, List<Tensor> matrices, WeightUse use) {
    super(slab, forms(slab, matrices));
    this.use = use;
    make();
  }

  private static List<Rounded> forms(Slab slab, List<Tensor> matrices) {
    List<Rounded> forms = new ArrayList<>();
    for (Tensor matrix : matrices) {
      forms.add(new Rounded(matrix, slab.tensor(forms.size())));
    }
    return forms;
  }

  /** Where the rounded floats of weights of these shapes lie. */
  static SlabLayout layout(List<long[]> shapes) {
    SlabLayout layout = new SlabLayout();
    shapes.forEach(shape -> layout.add("rounded", ElementType.F32, shape));
    return layout;
  }

  /** The floats to multiply with of a weight of any of the scalar kernel's sets. */
  static Tensor floatsOf(Weight weight) {
    return weight instanceof Rounded rounded ? rounded.floats() : PlainWeights.valuesOf(weight);
  }

  @Override
  protected void write(List<Rounded> written) {
    for (Rounded weight : written) {
      Tensor values = weight.values();
      int columns = (int) values.dimension(1);
      for (long row = 0; row < values.dimension(0); row++) {
        for (int first = 0; first < columns; first += ByteGroups.SIZE) {
          round(weight.floats, values, row * columns + first, Math.min(ByteGroups.SIZE, columns - first));
        }
      }
    }
  }

  private void round(Tensor floats, Tensor values, long from, int count) {
    float largest = 0;
    for (long i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values.getFloat(i)));
    }
    float scale = largest / ByteGroups.LARGEST;
    for (long i = from; i < from + count; i++) {
      float value = values.getFloat(i);
      float rounded = use == WeightUse.BF16 ? Bfloat16.round(value)
          : scale == 0 ? 0 : scale * (float) Math.clamp(Math.rint(value / scale), -ByteGroups.LARGEST, ByteGroups.LARGEST);
      floats.setFloat(i, rounded);
    }
  }
}
