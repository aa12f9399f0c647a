package dev.minnow.kernel;

import java.util.Random;

/** Random sizes, around those of vectors and blocks more often than others; tensors begin anywhere in a cache line. */
final class RandomCallShape implements CallShape {
  /** Floats of one cache line, which is what slabs align to. */
  private static final int LINE = 16;

  /** Sizes around those of vectors, register tiles and cache blocks. */
  private static final int[] EDGES = {1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 32, 33, 47, 48, 63, 64, 65, 127, 128, 129};

  /** The first, second or third size of an operation may be the long one. */
  private static final int SIZES_OF_LONG = 3;

  /** Of this many seeds, as many as {@link #SIZES_OF_LONG} have a long size. */
  private static final int LONG_SIZES_IN = 10;

  private static final int SMALL_SIZE = 24;

  private final Random random;
  private final int largestSize;

  /** Which call of {@link #size}, counted from 0, gives a long size. */
  private final int longSize;

  private int sizes;

  /** Draws from {@code random}; no size is above {@code largestSize}. */
  RandomCallShape(Random random, int largestSize) {
    this.random = random;
    this.largestSize = largestSize;
    this.longSize = random.nextInt(LONG_SIZES_IN);
  }

  /** From 1 to {@code most}; for some seeds one size is up to 8 times as large, and the others are small. */
  @Override
  public int size(int most) {
    int limit = most;
    if (longSize < SIZES_OF_LONG) {
      limit = sizes == longSize ? 8 * most : Math.min(most, SMALL_SIZE);
    }
    sizes++;
    int size = random.nextBoolean() && limit <= most ? EDGES[random.nextInt(EDGES.length)] : 1 + random.nextInt(limit);
    return Math.min(size, Math.min(limit, largestSize));
  }

  @Override
  public int few(int most) {
    return 1 + random.nextInt(most);
  }

  /** None half of the time. */
  @Override
  public Dropout dropout() {
    return random.nextBoolean() ? Dropout.NONE : new Dropout(random.nextFloat() * 0.9f, random.nextLong());
  }

  @Override
  public int lead() {
    return random.nextInt(LINE);
  }
}
