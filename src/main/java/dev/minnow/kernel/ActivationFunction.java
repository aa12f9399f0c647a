package dev.minnow.kernel;

/** A function of each number by itself, between the matrices of a feed-forward part. */
public enum ActivationFunction {
  /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). Hendrycks and Gimpel, "GELU". */
  GELU,
  /** max(x, 0)^2. So et al., "Primer: Searching for Efficient Transformers for Language Modeling". */
  RELU2
}
