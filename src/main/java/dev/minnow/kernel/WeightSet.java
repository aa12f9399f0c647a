package dev.minnow.kernel;

import java.util.List;

/**
 * The weights of a model as a kernel multiplies with them. The forms are copies: once {@link Weight#values} were written
 * ({@link dev.minnow.memory.Tensor#markWritten}), an operation refuses them until {@link #refresh}.
 */
public interface WeightSet extends AutoCloseable {
  /** One for each matrix, in their order. */
  List<Weight> weights();

  /**
   * Makes the forms anew from the weights' values.
   *
   * @throws IllegalStateException if the forms or the values were closed
   */
  void refresh();

  /** Bytes of the forms, beside the values. */
  long bytes();

  /** Frees the forms, which operations refuse from then on; the values stay their owner's. */
  @Override
  void close();
}
