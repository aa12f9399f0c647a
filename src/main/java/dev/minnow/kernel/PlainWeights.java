package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import java.util.List;

/** Weights that are multiplied with as they are. */
record PlainWeights(List<Weight> weights) implements WeightSet {
  private record Plain(Tensor values) implements Weight {}

  static PlainWeights of(List<Tensor> matrices) {
    return new PlainWeights(matrices.stream().<Weight>map(Plain::new).toList());
  }

  @Override
  public void refresh() {}

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public void close() {}
}
