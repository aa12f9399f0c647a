package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mask as a random number generator: rate, independence, and the very bits that a resumed run relies on. */
class DropoutTest {
  private static final int ROWS = 400;
  private static final int COLUMNS = 500;

  /** Five standard deviations of ROWS x COLUMNS draws. */
  @ParameterizedTest
  @ValueSource(floats = {0.01f, 0.1f, 0.5f, 0.9f})
  void shareOfDroppedElementsIsTheRate(float rate) {
    Dropout dropout = new Dropout(rate, 12345);
    int dropped = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        dropped += dropout.factor(row, column) == 0 ? 1 : 0;
      }
    }
    double deviation = Math.sqrt(rate * (1 - rate) * ROWS * COLUMNS);
    assertEquals(rate * (double) ROWS * COLUMNS, dropped, 5 * deviation);
  }

  @Test
  void keptElementsMakeUpForTheDropped() {
    Dropout dropout = new Dropout(0.25f, 1);
    for (int column = 0; column < 100; column++) {
      float factor = dropout.factor(7, column);
      assertTrue(factor == 0 || factor == 1 / 0.75f, "factor " + factor);
    }
  }

  @Test
  void rateOfZeroKeepsEverything() {
    for (int column = 0; column < 100; column++) {
      assertEquals(1, new Dropout(0, 99).factor(3, column));
    }
    assertTrue(Dropout.NONE.isNone());
  }

  /** Masks of half: elements agree with their neighbours, with the next row and with the next key half of the time. */
  @Test
  void neighboursRowsAndKeysAreIndependent() {
    Dropout dropout = new Dropout(0.5f, 5);
    Dropout nextKey = new Dropout(0.5f, 6);
    int[] agreements = new int[4];
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        float factor = dropout.factor(row, column);
        agreements[0] += factor == dropout.factor(row, column + 1) ? 1 : 0;
        agreements[1] += factor == dropout.factor(row + 1, column) ? 1 : 0;
        agreements[2] += factor == nextKey.factor(row, column) ? 1 : 0;
        agreements[3] += factor == dropout.factor(row, column + 16) ? 1 : 0;
      }
    }
    double deviation = Math.sqrt(0.25 * ROWS * COLUMNS);
    for (int pair = 0; pair < agreements.length; pair++) {
      assertEquals(ROWS * COLUMNS / 2.0, agreements[pair], 5 * deviation, "pair " + pair);
    }
  }

  /** Each row drops its share as often as chance has it: the variance over rows is the binomial one. */
  @Test
  void rowsScatterAsChanceHasIt() {
    Dropout dropout = new Dropout(0.5f, 17);
    double squares = 0;
    for (int row = 0; row < ROWS; row++) {
      int dropped = 0;
      for (int column = 0; column < COLUMNS; column++) {
        dropped += dropout.factor(row, column) == 0 ? 1 : 0;
      }
      squares += Math.pow(dropped - COLUMNS / 2.0, 2);
    }
    double variance = COLUMNS / 4.0;
    assertEquals(variance, squares / ROWS, 5 * variance * Math.sqrt(2.0 / ROWS));
  }

  /** A change of these bits breaks the resumption of runs that began before it. */
  @Test
  void bitsAreThoseOfEarlierRuns() {
    long bits = 0;
    Dropout dropout = new Dropout(0.5f, 0x0123456789ABCDEFL);
    for (int i = 0; i < 64; i++) {
      bits = (bits << 1) | (dropout.factor(i % 5 * 1_000_003L, i * 37) == 0 ? 1 : 0);
    }
    assertEquals(0x42C918C3D0D9FBD1L, bits, Long.toHexString(bits));
  }

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 1, 1.5f, Float.NaN})
  void ratesOutsideTheRangeAreRefused(float rate) {
    assertThrows(IllegalArgumentException.class, () -> new Dropout(rate, 0));
  }
}
