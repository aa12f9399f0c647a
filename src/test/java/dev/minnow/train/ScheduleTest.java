package dev.minnow.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void warmUpRisesLinearlyToThePeak() {
    assertEquals(0.1, Schedule.COSINE.rate(1, 100, 10, 1, 0.1), 1e-12);
    assertEquals(0.5, Schedule.CONSTANT.rate(5, 100, 10, 1, 0.1), 1e-12);
    assertEquals(1, Schedule.COSINE.rate(10, 100, 10, 1, 0.1), 1e-12);
  }

  @Test
  void cosineFallsFromThePeakToTheMinimum() {
    assertEquals(0.55, Schedule.COSINE.rate(55, 100, 10, 1, 0.1), 1e-12);
    assertEquals(0.1, Schedule.COSINE.rate(100, 100, 10, 1, 0.1), 1e-12);
    assertEquals(0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI / 4)), Schedule.COSINE.rate(25, 100, 0, 1, 0.1), 1e-12);
  }

  @Test
  void linearFallsInEqualParts() {
    for (long step = 11; step <= 100; step++) {
      assertEquals(1 - 0.9 * (step - 10) / 90, Schedule.LINEAR.rate(step, 100, 10, 1, 0.1), 1e-12, "step " + step);
    }
    assertEquals(0.1, Schedule.LINEAR.rate(101, 100, 10, 1, 0.1), 1e-12, "past the end");
  }

  @Test
  void warmUpStableDecayFallsInTheLastFifth() {
    for (long step = 1; step <= 200; step++) {
      double expected = step < 10 ? 3 * step / 10.0 : step <= 160 ? 3 : 0.5 + 2.5 * (200 - step) / 40.0;
      assertEquals(expected, Schedule.WSD.rate(step, 200, 10, 3, 0.5), 1e-12, "step " + step);
    }
    assertEquals(3, Schedule.WSD.rate(90, 100, 90, 3, 0.5), 1e-12, "a long warm-up is kept");
    assertEquals(1.75, Schedule.WSD.rate(95, 100, 90, 3, 0.5), 1e-12, "and shortens the decay");
  }

  /** Vaswani et al., equation 3, where the rate is C^-1/2 min(step^-1/2, step x warmup^-3/2). */
  @Test
  void inverseSquareRootIsThatOfThePaper() {
    double peak = Math.pow(512, -0.5) * Math.pow(4000, -0.5);
    for (long step : new long[] {1, 100, 3999, 4000, 4001, 16000, 100_000}) {
      double expected = Math.pow(512, -0.5) * Math.min(Math.pow((double) step, -0.5), step * Math.pow(4000, -1.5));
      assertEquals(expected, Schedule.INVERSE_SQRT.rate(step, 100_000, 4000, peak, 0), 1e-15, "step " + step);
    }
    assertEquals(0.5, Schedule.INVERSE_SQRT.rate(4, 10, 0, 1, 0), 1e-12, "without a warm-up it falls from the first step");
  }

  @Test
  void everyScheduleIsFiniteAndWithinItsBoundsWhateverTheSteps() {
    for (Schedule schedule : Schedule.values()) {
      for (long steps : new long[] {1, 2, 5, 1000, Long.MAX_VALUE}) {
        for (long warmup : new long[] {0, 1, 3, 2000}) {
          for (long step = 1; step <= Math.min(steps, 1000); step++) {
            double rate = schedule.rate(step, steps, warmup, 2, 0);
            assertTrue(rate >= 0 && rate <= 2, schedule + " at " + step + " of " + steps + " has " + rate);
          }
        }
      }
    }
  }

  @Test
  void constantStaysAtThePeakAndIsTheSameForAnyTotal() {
    for (long step = 1; step <= 20; step++) {
      assertEquals(Schedule.CONSTANT.rate(step, 20, 8, 3, 0), Schedule.CONSTANT.rate(step, 40, 8, 3, 0));
    }
    assertEquals(3, Schedule.CONSTANT.rate(20, 20, 8, 3, 0));
  }
}
