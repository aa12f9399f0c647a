package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/** A weight (K, C) in the forms that its kernel multiplies with; {@link Kernel#weights} makes it. */
public interface Weight {
  /** The weight itself, which the forms were made from. */
  Tensor values();
}
