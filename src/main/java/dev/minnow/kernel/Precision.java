package dev.minnow.kernel;

import java.util.Locale;

/**
 * What the weights of a model are multiplied as in generating and scoring. Narrower ones are copies, beside the four bytes of each: less is
 * read for a token, and more memory taken in all. Stretches of more than 16 tokens are multiplied in bfloat16 where
 * {@link KernelChoice#AUTO} finds a unit for that: narrow weights, rounded to it, with activations that are rounded too. Other kernels
 * round the weights alone.
 */
public enum Precision {
  /** Four bytes each, as they were trained. */
  FP32(WeightUse.FP32),
  /** Two bytes each: bfloat16. */
  BF16(WeightUse.BF16),
  /** One byte each, and a scale for each 64 of a row. */
  INT8(WeightUse.INT8);

  private final WeightUse use;

  Precision(WeightUse use) {
    this.use = use;
  }

  /** What a kernel is asked for. */
  public WeightUse use() {
    return use;
  }

  /** The name that {@code --precision} takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
