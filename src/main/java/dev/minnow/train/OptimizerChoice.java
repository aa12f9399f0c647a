package dev.minnow.train;

import java.util.Locale;

/** The optimizers that there are. */
public enum OptimizerChoice {
  /** AdamW: two moments for each parameter. */
  ADAMW,
  /** Stochastic gradient descent with momentum. */
  SGD,
  /** Orthogonal updates of the matrices of layers, and AdamW for the rest. */
  MUON;

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
