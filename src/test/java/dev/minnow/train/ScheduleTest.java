package dev.minnow.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  void constantStaysAtThePeakAndIsTheSameForAnyTotal() {
    for (long step = 1; step <= 20; step++) {
      assertEquals(Schedule.CONSTANT.rate(step, 20, 8, 3, 0), Schedule.CONSTANT.rate(step, 40, 8, 3, 0));
    }
    assertEquals(3, Schedule.CONSTANT.rate(20, 20, 8, 3, 0));
  }
}
