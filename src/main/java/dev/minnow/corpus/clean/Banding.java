package dev.minnow.corpus.clean;

/**
 * How signatures are cut into bands (locality-sensitive hashing): documents that agree in all values of any band are compared. Those of
 * similarity s agree in one of b bands of r values with a chance of 1 - (1 - s^r)^b.
 *
 * @param bands b
 * @param values r
 */
record Banding(int bands, int values) {
  /** Chance that a pair which is just similar enough is compared; its estimated similarity is as often too low as not. */
  private static final double LEAST_CHANCE = 0.85;

  /** Bands as long, and accidental comparisons as rare, as that chance allows: 32 bands of 4 values for a similarity of 0.5. */
  static Banding of(double similarity) {
    int values = 1;
    while (values < DocumentProfile.SIGNATURE_VALUES && cut(values + 1).chance(similarity) >= LEAST_CHANCE) {
      values++;
    }
    return cut(values);
  }

  private static Banding cut(int values) {
    return new Banding(DocumentProfile.SIGNATURE_VALUES / values, values);
  }

  double chance(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, values), bands);
  }
}
