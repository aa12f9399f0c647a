package dev.minnow.model;

import java.util.List;

/**
 * One entry of the parameter table.
 *
 * @param name unique; Hugging Face's, for GPT-2 without its prefix and with query, key and value apart
 * @param kind what it does
 * @param shape its dimensions; linear weights are (out, in)
 * @param initialization its values before training
 * @param decays whether weight decay applies: to tensors of two dimensions
 * @param followsPrevious whether it lies directly after the entry before, so that both can be read as one
 */
public record Parameter(
    String name, ParameterKind kind, List<Long> shape, Initialization initialization, boolean decays, boolean followsPrevious) {
  public long elementCount() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The same directly after the entry before. */
  Parameter following() {
    return new Parameter(name, kind, shape, initialization, decays, true);
  }

  long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
