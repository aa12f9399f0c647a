package dev.minnow.model;

import java.util.Locale;

/**
 * How the matrices of a model's layers begin. Embeddings and the head, which look rows up or are tied to them, are normal with a deviation
 * of 0.02 in all schemes; norms begin as the identity, and biases at 0.
 */
public enum InitializationScheme {
  /**
   * Normal with a deviation of 0.02, which for matrices that add to the residual stream is divided by the root of the number of additions
   * (Radford et al., "Language Models are Unsupervised Multitask Learners").
   */
  GPT2,
  /** Uniform with a variance of 2 / (in + out) (Glorot and Bengio, "Understanding the difficulty of training deep networks", 2010). */
  XAVIER_UNIFORM,
  /** Normal with the same variance. */
  XAVIER_NORMAL,
  /** Uniform with a variance of 2 / in (He et al., "Delving Deep into Rectifiers", 2015). */
  HE_UNIFORM,
  /** Normal with the same variance. */
  HE_NORMAL,
  /** As {@link #GPT2}, but matrices that add to the residual stream are 0, so that each layer begins as the identity. */
  ZERO_OUTPUT;

  /** GPT-2's standard deviation for weights and embeddings, and Llama's. */
  private static final double DEVIATION = 0.02;

  /** Of a matrix that rows are looked up in, or of the head. */
  static Initialization embedding() {
    return new Initialization.Normal(DEVIATION);
  }

  /**
   * Of a layer's matrix (out, in).
   *
   * @param residualAdditions in the whole model, if the matrix makes one; 0 if its product goes elsewhere
   */
  Initialization matrix(long out, long in, int residualAdditions) {
    return switch (this) {
      case GPT2 -> new Initialization.Normal(residualAdditions > 0 ? DEVIATION / Math.sqrt(residualAdditions) : DEVIATION);
      case XAVIER_UNIFORM -> uniform(2.0 / (in + out));
      case XAVIER_NORMAL -> new Initialization.Normal(Math.sqrt(2.0 / (in + out)));
      case HE_UNIFORM -> uniform(2.0 / in);
      case HE_NORMAL -> new Initialization.Normal(Math.sqrt(2.0 / in));
      case ZERO_OUTPUT -> residualAdditions > 0 ? new Initialization.Constant(0) : new Initialization.Normal(DEVIATION);
    };
  }

  private static Initialization uniform(double variance) {
    return new Initialization.Uniform(Math.sqrt(3 * variance));
  }

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
