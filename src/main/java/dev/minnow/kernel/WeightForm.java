package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/** A weight in a form that was made from its values, which is as good as its version is theirs. */
abstract class WeightForm implements Weight {
  private final Tensor values;
  private long version;

  WeightForm(Tensor values) {
    this.values = values;
  }

  @Override
  public final Tensor values() {
    return values;
  }

  /** Says that the form was made from the values as they are. */
  final void markFresh() {
    version = values.version();
  }

  /**
   * Checks that it still is.
   *
   * @throws IllegalStateException if the values were written since
   */
  final void requireFresh() {
    if (version != values.version()) {
      throw new IllegalStateException("The weight " + values + " was written since its form was made; refresh its set.");
    }
  }
}
