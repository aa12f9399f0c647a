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

  /** The machine loses half of its speed after a while: medians of one after the other would be held against each other's moments. */
  @Test
  void aMachineThatSlowsDownSlowsBothDown() {
    double[] clock = {0};
    double[] medians = SteadyTiming.mediansByTurns(() -> run(clock, 0.25), () -> run(clock, 0.0625), 3, 4);
    assertEquals(4, medians[0] / medians[1], 1e-12);
  }

  private static double run(double[] clock, double seconds) {
    double taken = clock[0] < 5 ? seconds : 2 * seconds;
    clock[0] += taken;
    return taken;
  }

  @Test
  void theQuickerOfTwoRunsAsLongAsTheSlower() {
    int[] runs = {0, 0};
    double[] medians = SteadyTiming.mediansByTurns(() -> 1e-3 * ++runs[0], () -> {
      runs[1]++;
      return 0.25;
    }, 1, 0);
    assertEquals(1, runs[1]);
    assertEquals(22, runs[0], "1 + 2 + ... + 22 milliseconds are the first sum beyond 250");
    assertEquals(11.5e-3, medians[0], 1e-12);
  }

  @Test
  void theQuickerOfTwoIsRepeatedForNoMoreThanASecond() {
    int[] runs = {0};
    double[] medians = SteadyTiming.mediansByTurns(() -> 8, () -> ++runs[0] / 64.0, 1, 0);
    assertEquals(8, medians[0]);
    assertEquals(11, runs[0]);
  }

  @Test
  void whereNothingRunsBesideItsSecondsAreUnknown() {
    double[] medians = SteadyTiming.mediansByTurns(() -> 0.5, () -> Double.NaN, 3, 0);
    assertEquals(0.5, medians[0]);
    assertEquals(Double.NaN, medians[1]);
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
