package dev.minnow.corpus.clean;

import it.unimi.dsi.fastutil.HashCommon;
import java.util.Arrays;

/**
 * Shingles of three words and their MinHash signature (Broder 1997): the share of equal values of two signatures estimates the share of
 * shingles, of all in either document, that both have. For one thread, one document after the other.
 *
 * <p>Three words: a changed word alters three shingles, so that with 10 % of the words changed still 0.9³ / (2 - 0.9³) = 0.57 of the
 * shingles are common, while other texts of the same author share 1 or 2 %. Lucene's {@code MinHashFilter} makes a signature of one
 * reader, not of pieces, and takes twice as long as a whole profile with these shingles in it.
 */
final class Shingles {
  static final int WORDS = 3;

  private static final int[] FACTORS = new int[DocumentProfile.SIGNATURE_VALUES];
  private static final int[] SHIFTS = new int[DocumentProfile.SIGNATURE_VALUES];

  static {
    for (int i = 0; i < FACTORS.length; i++) {
      long random = HashCommon.murmurHash3(i + 1L);
      FACTORS[i] = (int) (random >>> 32) | 1;
      SHIFTS[i] = (int) random;
    }
  }

  private final int[] minima = new int[DocumentProfile.SIGNATURE_VALUES];
  private long words;
  private long beforeLast;
  private long last;

  Shingles() {
    reset();
  }

  private void reset() {
    Arrays.fill(minima, Integer.MAX_VALUE);
    words = 0;
    beforeLast = 0;
    last = 0;
  }

  long words() {
    return words;
  }

  /** Takes the hash of the next word and returns the hash of the shingle that ends with it; of fewer words at the start of a document. */
  int add(long word) {
    words++;
    int shingle = shingle(beforeLast, last, word);
    beforeLast = last;
    last = word;
    if (words >= WORDS) {
      lower(shingle);
    }
    return shingle;
  }

  private static int shingle(long first, long second, long third) {
    return (int) HashCommon.murmurHash3(first * 0x9E3779B97F4A7C15L + Long.rotateLeft(second, 21) * 0xBF58476D1CE4E5B9L + third);
  }

  /** Each value is the minimum of another permutation of the hashes; the compiler makes vectors of the loop. */
  private void lower(int shingle) {
    int[] lowest = minima;
    for (int i = 0; i < lowest.length; i++) {
      lowest[i] = Math.min(lowest[i], shingle * FACTORS[i] + SHIFTS[i]);
    }
  }

  /** The signature of the document; the next word begins another. A document of fewer than three words is one shingle. */
  short[] finish() {
    if (words < WORDS) {
      lower(shingle(0, beforeLast, last));
    }
    short[] signature = new short[minima.length];
    for (int i = 0; i < signature.length; i++) {
      // Minima are small numbers; their lowest bits alone would not differ enough.
      signature[i] = (short) HashCommon.murmurHash3(minima[i]);
    }
    reset();
    return signature;
  }
}
