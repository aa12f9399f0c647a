package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which losses and gradients are refused. */
class StepGuardTest {
  @Test
  void noiseOfALossIsNoSpike() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      StepGuard guard = new StepGuard(10, 6);
      for (int step = 0; step < 5000; step++) {
        double loss = 2 + 4 * Math.exp(-step / 200.0) + 0.25 * random.nextGaussian();
        assertTrue(guard.objection(loss, 1).isEmpty(), "seed " + seed + ", step " + step);
      }
    }
  }

  @Test
  void textOfTwoKindsIsNoSpikeHoweverFewWindowsAStepHas() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      StepGuard mixed = new StepGuard(10, 5.5);
      StepGuard wide = new StepGuard(10, 5.5);
      for (int step = 0; step < 5000; step++) {
        double known = random.nextBoolean() ? 0.01 : 4.2;
        assertTrue(mixed.objection(known, 1).isEmpty(), "seed " + seed + ", step " + step);
        double loss = Math.max(0, 0.8 + 0.7 * random.nextGaussian());
        assertTrue(wide.objection(loss, 1).isEmpty(), "seed " + seed + ", step " + step);
      }
    }
  }

  private static boolean refuses(double spike, double noise, double rise) {
    Random random = new Random(1);
    StepGuard guard = new StepGuard(spike, 5.5);
    boolean refused = false;
    for (int step = 0; step < 1000; step++) {
      double trend = 2 + (step < 500 ? 0 : Math.min(rise, rise * (step - 500) / 20));
      refused |= guard.objection(trend + noise * random.nextGaussian(), 1).isPresent();
    }
    return refused;
  }

  @Test
  void aLossThatClimbsIsRefusedByItsNoiseAndByWhatWasAskedFor() {
    assertTrue(refuses(10, 0.05, 1));
    assertTrue(refuses(10, 0.5, 2.5));
    assertFalse(refuses(10, 0.5, 0.3));
    assertFalse(refuses(1000, 0.05, 3));
    assertFalse(refuses(0, 0.05, 3));
  }

  @Test
  void firstLossesAreHeldAgainstThatOfAModelThatKnowsNothing() {
    StepGuard guard = new StepGuard(10, 5.5);
    assertTrue(guard.objection(0.1, 1).isEmpty());
    assertTrue(guard.objection(7.4, 1).isEmpty());
    assertTrue(guard.objection(7.6, 1).isPresent());
    assertTrue(new StepGuard(100, 5.5).objection(20, 1).isEmpty());
  }

  @Test
  void anInfiniteGradientIsRefusedWhateverTheSpikes() {
    StepGuard guard = new StepGuard(0, 6);
    assertTrue(guard.objection(1, 1).isEmpty());
    assertTrue(guard.objection(1e9, 1).isEmpty());
    assertEquals("its gradient has a norm of Infinity", guard.objection(1, Double.POSITIVE_INFINITY).orElseThrow());
    assertEquals("its loss is NaN", guard.objection(Double.NaN, 1).orElseThrow());
  }
}
