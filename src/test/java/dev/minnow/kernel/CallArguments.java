package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arguments of a {@link KernelCall} by their names, as one kernel takes them: weights are brought into its forms once. */
final class CallArguments implements AutoCloseable {
  private final Kernel kernel;
  private final Map<String, Tensor> tensors;
  private final Map<String, WeightSet> weights = new HashMap<>();

  CallArguments(Kernel kernel, Map<String, Tensor> tensors) {
    this.kernel = kernel;
    this.tensors = tensors;
  }

  /** Null where the call has no such argument. */
  Tensor get(String name) {
    return tensors.get(name);
  }

  Weight weight(String name) {
    return weight(name, WeightUse.TRAINING);
  }

  Weight weight(String name, WeightUse use) {
    return weights.computeIfAbsent(name, n -> kernel.weights(List.of(get(n)), use)).weights().getFirst();
  }

  @Override
  public void close() {
    weights.values().forEach(WeightSet::close);
  }
}
