package dev.minnow.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SteadyTimingTest {
  @Test
  void compiledCodeThatIsTwoSecondsLateIsWhatCounts() {
    int[] runs = {0};
    double seconds = SteadyTiming.medianSeconds(() -> runs[0]++ < 20 ? 0.1 : 0.001, 15, 2);
    assertEquals(0.001, seconds);
  }

  @Test
  void theWarmUpGoesOnWhileTimesFall() {
    double[] next = {1};
    double seconds = SteadyTiming.medianSeconds(() -> next[0] = Math.max(0.1, next[0] * 0.95), 15, 2);
    assertEquals(0.1, seconds);
  }

  @Test
  void aFewSlowRunsDoNotMoveTheMedian() {
    int[] runs = {0};
    assertEquals(0.1, SteadyTiming.medianSeconds(() -> ++runs[0] % 3 == 0 ? 5 : 0.1, 16, 0));
  }

  @Test
  void theMedianOfAnEvenNumberLiesInTheMiddle() {
    int[] runs = {0};
    double seconds = SteadyTiming.medianSeconds(() -> ++runs[0] % 2 == 0 ? 0.6 : 0.8, 2, 0);
    assertEquals(0.7, seconds, 1e-12);
  }

  @Test
  void whatRunsByTurnsSeesTheSameMoments() {
    int[] load = {0};
    double[] medians = SteadyTiming.mediansByTurns(() -> 0.5 * ++load[0], () -> 0.25 * load[0], 4, 0);
    assertEquals(medians[0], 2 * medians[1]);
  }

  @Test
  void timesThatNeverSettleDoNotRunForever() {
    double[] next = {1};
    assertTrue(SteadyTiming.medianSeconds(() -> next[0] *= 0.9, 3, 0) > 0);
  }

  @Test
  void aQuickEstimateForgetsTheFirstHalf() {
    int[] runs = {0};
    assertEquals(0.25, SteadyTiming.lateMeanSeconds(() -> runs[0]++ < 4 ? 0.5 : 0.25, 3));
    assertEquals(8, runs[0]);
  }

  @Test
  void aQuickEstimateHasThreeRunsHoweverLong() {
    int[] runs = {0};
    assertEquals(25, SteadyTiming.lateMeanSeconds(() -> 10.0 * ++runs[0], 1));
    assertEquals(3, runs[0]);
  }
}
