package dev.minnow.kernel;

/** What weights are wanted for, which decides the forms that a kernel makes of them. */
public enum WeightUse {
  /** Forward and backward, in the kernel's own precision. */
  TRAINING,
  /** Forward only, a few rows in float32. */
  FP32,
  /** Forward only, from bfloat16. */
  BF16,
  /** Forward only, from signed bytes with a scale for each group. */
  INT8
}
