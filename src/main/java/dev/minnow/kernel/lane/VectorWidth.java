package dev.minnow.kernel.lane;

import java.util.List;
import java.util.OptionalInt;

/**
 * The width of vectors that the system property {@code minnow.vectorBits} asks for, which tests set. It is not read by {@link Lanes} alone:
 * what a class throws while it is initialized reaches nobody as the sentence that it is.
 */
final class VectorWidth {
  private static final String PROPERTY = "minnow.vectorBits";
  private static final List<String> KNOWN = List.of("128", "256", "512");

  private VectorWidth() {}

  /**
   * Bits of a vector; nothing where the CPU's preference counts.
   *
   * @throws IllegalArgumentException if there is no such width
   */
  static OptionalInt askedBits() {
    String bits = System.getProperty(PROPERTY);
    if (bits == null) {
      return OptionalInt.empty();
    }
    if (!KNOWN.contains(bits)) {
      throw new IllegalArgumentException(
          "The system property " + PROPERTY + " must be 128, 256 or 512, not " + bits + "; leave it out for what the CPU prefers.");
    }
    return OptionalInt.of(Integer.parseInt(bits));
  }
}
