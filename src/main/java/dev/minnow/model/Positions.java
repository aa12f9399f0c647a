package dev.minnow.model;

/** How a model tells where a token stands. */
public sealed interface Positions {
  /** A row of its own for each position, added to the token's. */
  record Learned() implements Positions {}

  /**
   * Queries and keys are rotated by angles that grow with the position: pair i of D/2 by position x theta^(-2i/D). Su et al.,
   * "RoFormer". A pair is elements i and i + D/2 of a head, as in Hugging Face's checkpoints.
   *
   * @param theta base of the wavelengths, above 1
   * @param scaling of the frequencies, for contexts longer than those of the first training
   */
  record Rotary(double theta, RotaryScaling scaling) implements Positions {
    /** That of the paper and of Llama 2. */
    public static final double DEFAULT_THETA = 10_000;

    public Rotary {
      if (!(theta > 1 && theta <= 1e12)) {
        throw new IllegalArgumentException("The rotary theta must be above 1 and at most 1e12, not " + theta + ".");
      }
    }

    /** Radians that pair {@code pair} of a head {@code headWidth} wide turns from one position to the next. */
    public double frequency(int pair, int headWidth) {
      return scaling.scaled(StrictMath.pow(theta, -2.0 * pair / headWidth));
    }
  }
}
