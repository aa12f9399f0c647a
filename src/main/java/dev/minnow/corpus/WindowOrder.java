package dev.minnow.corpus;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Where the windows of one epoch start: a grid, shifted as a whole and visited in shuffled order, both fixed by (seed, epoch). */
final class WindowOrder {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATORS = RandomGeneratorFactory.of("L64X128MixRandom");

  /** Keeps this purpose's numbers apart from others drawn with the same seed: "windows" in ASCII. */
  private static final long PURPOSE = 0x77696E646F7773L;

  /** The golden ratio's fraction in 64 bits: odd, so that epochs of one seed never share a generator. */
  private static final long EPOCH_STEP = 0x9E3779B97F4A7C15L;

  private final long epoch;
  private final int contextLength;
  private final long lastStart;
  private final long shift;
  private final KeyedPermutation permutation;

  /**
   * The order of an epoch.
   *
   * @param tokenCount tokens there are, above the context length
   * @param contextLength T
   */
  WindowOrder(long seed, long epoch, long tokenCount, int contextLength) {
    this.epoch = epoch;
    this.contextLength = contextLength;
    this.lastStart = tokenCount - 1 - contextLength;
    RandomGenerator random = GENERATORS.create(seed ^ PURPOSE ^ epoch * EPOCH_STEP);
    this.shift = random.nextInt(contextLength);
    this.permutation = new KeyedPermutation((tokenCount - 1) / contextLength, random);
  }

  long epoch() {
    return epoch;
  }

  /** The first token of the epoch's window of this index. The last of a shifted grid is moved back to where it fits. */
  long startOf(long index) {
    return Math.min(permutation.apply(index) * contextLength + shift, lastStart);
  }
}
