package dev.minnow.corpus;

/**
 * One of the parts that cross-validation holds out in turn.
 *
 * @param number from 1 to {@code count}
 * @param count of parts, at least 2
 * @param seed decides which documents are in which part
 */
public record Fold(int number, int count, long seed) {
  /** Throws {@link IllegalArgumentException} for a number or count out of range. */
  public Fold {
    if (count < 2 || number < 1 || number > count) {
      throw new IllegalArgumentException("There is no fold " + number + " of " + count + ".");
    }
  }

  /** The share of the text that it holds out, about. */
  public double share() {
    return 1.0 / count;
  }
}
