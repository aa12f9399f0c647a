package dev.minnow.corpus;

import it.unimi.dsi.fastutil.HashCommon;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A permutation of [0, size) that is computed and not stored: a Feistel network over the next even number of bits, applied again as long
 * as it leads outside (cycle walking; Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
 */
final class KeyedPermutation {
  /** Four make a Feistel network look random when its round function does (Luby and Rackoff, 1988); small domains need more. */
  private static final int ROUNDS = 8;

  private final long size;
  private final int halfBits;
  private final long halfMask;
  private final long[] keys;

  /** A permutation of {@code size} numbers, chosen by the next numbers of {@code random}. */
  KeyedPermutation(long size, RandomGenerator random) {
    if (size < 1) {
      throw new IllegalArgumentException("There is no permutation of " + size + " numbers.");
    }
    this.size = size;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    this.halfBits = Math.max(1, (bits + 1) / 2);
    this.halfMask = (1L << halfBits) - 1;
    this.keys = random.longs(ROUNDS).toArray();
  }

  /** The place of {@code index}; the network's domain is below four times the size, so a walk takes fewer than four steps on average. */
  long apply(long index) {
    Objects.checkIndex(index, size);
    long place = index;
    do {
      place = network(place);
    } while (place >= size);
    return place;
  }

  private long network(long value) {
    long left = value >>> halfBits;
    long right = value & halfMask;
    for (long key : keys) {
      long mixed = left ^ (HashCommon.murmurHash3(right + key) & halfMask);
      left = right;
      right = mixed;
    }
    return left << halfBits | right;
  }
}
