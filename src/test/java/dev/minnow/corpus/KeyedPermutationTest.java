package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyedPermutationTest {
  private static long[] order(int size, long seed) {
    KeyedPermutation permutation = new KeyedPermutation(size, new SplittableRandom(seed));
    long[] order = new long[size];
    Arrays.setAll(order, permutation::apply);
    return order;
  }

  @Test
  void everyNumberComesOnce() {
    for (int size = 1; size <= 300; size++) {
      assertBijection(size);
    }
    for (int size : new int[] {1023, 1024, 1025, 4095, 4096, 4097, 65_536, 65_537, 100_003}) {
      assertBijection(size);
    }
  }

  private static void assertBijection(int size) {
    BitSet seen = new BitSet(size);
    for (long place : order(size, size)) {
      assertTrue(place >= 0 && place < size, () -> "size " + size + " gave " + place);
      seen.set((int) place);
    }
    assertEquals(size, seen.cardinality(), "size " + size);
  }

  @Test
  void placesBeyondTheRangeOfIntAreReached() {
    long size = (1L << 40) + 12_345;
    KeyedPermutation permutation = new KeyedPermutation(size, new SplittableRandom(3));
    long largest = 0;
    for (long index = size - 1000; index < size; index++) {
      long place = permutation.apply(index);
      assertTrue(place >= 0 && place < size);
      largest = Math.max(largest, place);
    }
    assertTrue(largest > size / 2);
  }

  @Test
  void otherKeysGiveOtherOrders() {
    assertFalse(Arrays.equals(order(50, 1), order(50, 2)));
    assertTrue(Arrays.equals(order(50, 1), order(50, 1)));
  }

  /**
   * Over many keys every index falls on every place about equally often: with 20,000 keys a cell of a 7 x 7 table expects 2,857 with a
   * deviation of 49, and six deviations are allowed.
   */
  @Test
  void placesAreEvenlySpread() {
    int size = 7;
    int keys = 20_000;
    int[][] counts = new int[size][size];
    for (int key = 0; key < keys; key++) {
      long[] order = order(size, key);
      for (int index = 0; index < size; index++) {
        counts[index][(int) order[index]]++;
      }
    }
    double expected = (double) keys / size;
    double allowed = 6 * Math.sqrt(expected * (1 - 1.0 / size));
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(expected, count, allowed);
      }
    }
  }

  /** Neighbours land as far apart as strangers: a third of the range on average, within six standard errors (0.236 / sqrt(n)). */
  @Test
  void neighboursAreScattered() {
    int size = 10_007;
    long[] order = order(size, 5);
    double sum = 0;
    for (int i = 1; i < size; i++) {
      sum += Math.abs(order[i] - order[i - 1]) / (double) size;
    }
    assertEquals(1.0 / 3, sum / (size - 1), 6 * 0.236 / Math.sqrt(size));
  }

  @Test
  void indexesOutsideAreRefused() {
    KeyedPermutation permutation = new KeyedPermutation(5, new SplittableRandom(1));
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.apply(5));
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.apply(-1));
    assertThrows(IllegalArgumentException.class, () -> new KeyedPermutation(0, new SplittableRandom(1)));
  }
}
