package dev.minnow.train.step;

/** Splits the run's seed per purpose and per step, so that a resumed run needs a counter and not the state of a stream. */
public final class Seeds {
  /** What a seed is for. */
  public enum Purpose {
    INITIALIZATION,
    ORDER,
    DROPOUT,
    SAMPLES,
    MERGES,
    FOLDS
  }

  private Seeds() {}

  /** A seed that differs for every seed, purpose and index: SplitMix64 over the three. */
  public static long of(long seed, Purpose purpose, long index) {
    return mix(mix(mix(seed) + purpose.ordinal()) + index);
  }

  private static long mix(long z) {
    z += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
