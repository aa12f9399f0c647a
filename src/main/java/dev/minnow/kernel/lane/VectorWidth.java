package dev.minnow.kernel.lane;

import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * The width of vectors: the one that the CPU prefers, or that the system property {@code minnow.vectorBits} asks for, which tests set. It is
 * not for {@link Lanes} to find: what a class throws while it is initialized reaches nobody as the sentence that it is, and below 128 bits it
 * has no lanes.
 */
final class VectorWidth {
  private static final String PROPERTY = "minnow.vectorBits";

  /** There are no wider vectors that kernels were tested with. */
  private static final int MOST_BITS = 512;

  private static final List<String> KNOWN = List.of("128", "256", "512");

  private VectorWidth() {}

  /**
   * Bits of a vector; call it only where the module of the Vector API is.
   *
   * @throws IllegalArgumentException if a width is asked for that there is not
   */
  static int bits() {
    String bits = System.getProperty(PROPERTY);
    if (bits == null) {
      return Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), MOST_BITS);
    }
    if (!KNOWN.contains(bits)) {
      throw new IllegalArgumentException(
          "The system property " + PROPERTY + " must be 128, 256 or 512, not " + bits + "; leave it out for what the CPU prefers.");
    }
    return Integer.parseInt(bits);
  }
}
