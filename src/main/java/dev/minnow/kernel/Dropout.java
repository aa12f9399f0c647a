package dev.minnow.kernel;

/**
 * A dropout mask that is computed, never stored: element (row, column) is kept or dropped by a hash of (key, row, column), the same in
 * the forward and in the backward pass. What is kept is scaled by 1 / (1 - rate).
 *
 * <p>The hash is two rounds of a 32-bit mixer (xor-shift and multiply, the constants of Chris Wellons' "lowbias32"), keyed per row by
 * SplitMix64, so that a kernel computes a row's mask in 32-bit lanes.
 *
 * @param rate share of elements to drop, in [0, 1)
 * @param key differs per seed, step and place of use
 */
public record Dropout(float rate, long key) {
  /** Drops nothing. */
  public static final Dropout NONE = new Dropout(0, 0);

  /** Multiplier that spreads column numbers over 32 bits: 2^32 / golden ratio. */
  private static final int COLUMN_MULTIPLIER = 0x9E3779B1;

  public static final int MIX_1 = 0x7FEB352D;
  public static final int MIX_2 = 0x846CA68B;

  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("A dropout rate is at least 0 and below 1, not " + rate + ".");
    }
  }

  public boolean isNone() {
    return rate == 0;
  }

  /** Factor on kept elements. */
  public float scale() {
    return 1 / (1 - rate);
  }

  /** An element is dropped when its 24-bit hash is below this. */
  public int threshold() {
    return (int) Math.round(rate * (double) (1 << 24));
  }

  /** The key of a row's mask: low half for the first round, high half for the second. */
  public long rowKey(long row) {
    long z = key + (row + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** What a column adds to the keys of a row; it wraps round on purpose, and is as many times that of column 1. */
  public static int term(int column) {
    return column * COLUMN_MULTIPLIER;
  }

  /** The 24-bit hash of a column in the row of this key. */
  static int hash(long rowKey, int column) {
    return mix(mix(term(column) ^ (int) rowKey) ^ (int) (rowKey >>> 32)) >>> 8;
  }

  private static int mix(int x) {
    x = (x ^ (x >>> 16)) * MIX_1;
    x = (x ^ (x >>> 15)) * MIX_2;
    return x ^ (x >>> 16);
  }

  /** 0 where the element is dropped, {@link #scale} where it is kept. */
  public float factor(long row, int column) {
    return hash(rowKey(row), column) < threshold() ? 0 : scale();
  }
}
