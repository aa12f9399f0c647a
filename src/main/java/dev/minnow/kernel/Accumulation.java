package dev.minnow.kernel;

/** What becomes of a gradient that was there before. */
public enum Accumulation {
  /** It is overwritten. */
  SET,
  /** It is added to. */
  ADD
}
