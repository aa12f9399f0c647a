package dev.minnow.kernel;

import java.util.Locale;

/** How the weights of a model are kept for generating and scoring. */
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
