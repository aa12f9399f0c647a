package dev.minnow.kernel.weight;

import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.memory.Tensor;
import java.util.List;

/** Weights that are multiplied with as they are. */
public final class PlainWeights implements WeightSet {
  private record Plain(Tensor values, PlainWeights set) implements Weight {}

  private final List<Weight> weights;
  private volatile boolean closed;

  public PlainWeights(List<Tensor> matrices) {
    this.weights = matrices.stream().<Weight>map(matrix -> new Plain(matrix, this)).toList();
  }

  /**
   * The values of a weight of such a set, to multiply with.
   *
   * @throws IllegalArgumentException if it is of another set
   * @throws IllegalStateException if the set was closed
   */
  public static Tensor valuesOf(Weight weight) {
    if (!(weight instanceof Plain plain)) {
      throw new IllegalArgumentException(
          "The weight " + weight.values() + " was made for another use or by another kernel; take one that this kernel made for this use.");
    }
    plain.set.requireOpen(plain.values);
    return plain.values;
  }

  @Override
  public List<Weight> weights() {
    return weights;
  }

  @Override
  public void refresh() {
    for (int i = 0; i < weights.size(); i++) {
      Tensor values = weights.get(i).values();
      requireOpen(values);
      WeightForm.requireAlive(values);
    }
  }

  private void requireOpen(Tensor values) {
    if (closed) {
      throw new IllegalStateException("The weight " + values + " was closed with its set; take the weight of an open one.");
    }
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public void close() {
    closed = true;
  }
}
