package dev.minnow.kernel;

/** What a call of an operation leaves open: its sizes, in the order in which they are asked for, and where its tensors begin. */
interface CallShape {
  /** A size from 1, for which tests take {@code most} as large. */
  int size(int most);

  /** A small number from 1 to {@code most}. */
  int few(int most);

  Dropout dropout();

  /** Floats from the begin of a cache line to that of the next tensor. */
  int lead();
}
