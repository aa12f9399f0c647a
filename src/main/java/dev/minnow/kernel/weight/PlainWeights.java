package dev.minnow.kernel.weight;

import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.memory.Tensor;
import java.util.List;

/** Weights that are multiplied with as they are. */
public record PlainWeights(List<Weight> weights) implements WeightSet {
  private record Plain(Tensor values) implements Weight {}

  public static PlainWeights of(List<Tensor> matrices) {
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
