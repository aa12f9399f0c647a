package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.EvaluatedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverfitWatchTest {
  private static final int EVALUATIONS = 60;

  /** The evaluations at which a new watch notices something. */
  private static List<Integer> notices(IntToDoubleFunction training, IntToDoubleFunction validation) {
    OverfitWatch watch = new OverfitWatch(List.of());
    List<Integer> notices = new ArrayList<>();
    for (int i = 0; i < EVALUATIONS; i++) {
      if (watch.add(new EvaluatedStep(10 * i, training.applyAsDouble(i), validation.applyAsDouble(i)))) {
        notices.add(i);
      }
    }
    return notices;
  }

  private static double falling(int i) {
    return 1 + 3 * Math.exp(-i / 12.0);
  }

  /** Falls to its lowest at 20, and rises after. */
  private static double overfitted(int i) {
    return i < 20 ? falling(i) : falling(20) + 0.02 * (i - 20);
  }

  @Test
  void lossesThatPartWaysAreNoticedOnceAndSoon() {
    List<Integer> notices = notices(OverfitWatchTest::falling, OverfitWatchTest::overfitted);
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(notices.getFirst() >= 23 && notices.getFirst() <= 26, notices.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aLittleNoiseDoesNotHideIt(long seed) {
    Random random = new Random(seed);
    List<Integer> notices =
        notices(i -> falling(i) + 0.02 * random.nextGaussian(), i -> overfitted(i) + 0.004 * random.nextGaussian());
    assertEquals(1, notices.size(), "seed " + seed + ": " + notices);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.1})
  void noiseAloneIsNoOverfitting(double deviation) {
    int alarms = 0;
    for (long seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      alarms += notices(OverfitWatchTest::falling, i -> 2 + deviation * random.nextGaussian()).size();
      alarms += notices(OverfitWatchTest::falling, i -> falling(i) + deviation * random.nextGaussian()).size();
    }
    assertTrue(alarms <= 10, alarms + " of 2000 runs");
  }

  /** The ten evaluations of a run with usual options. */
  @Test
  void aShortRunIsNoticedInTime() {
    double[] validation = {4.5, 3, 2.5, 2.3, 2.2, 2.1, 2.15, 2.25, 2.4, 2.6};
    OverfitWatch watch = new OverfitWatch(List.of());
    for (int i = 0; i < 9; i++) {
      watch.add(new EvaluatedStep(i, falling(i), validation[i]));
    }
    assertTrue(watch.add(new EvaluatedStep(9, falling(9), validation[9])));
  }

  @Test
  void aTrainingLossThatRisesTooIsNoOverfitting() {
    assertEquals(List.of(), notices(OverfitWatchTest::overfitted, OverfitWatchTest::overfitted));
  }

  @Test
  void aRunThatIsResumedIsNotToldAgain() {
    OverfitWatch watch = new OverfitWatch(List.of());
    for (int i = 0; i < 30; i++) {
      watch.add(new EvaluatedStep(i, falling(i), overfitted(i)));
    }
    OverfitWatch resumed = new OverfitWatch(watch.evaluations());
    for (int i = 30; i < EVALUATIONS; i++) {
      assertTrue(!resumed.add(new EvaluatedStep(i, falling(i), overfitted(i))), "told again at " + i);
    }
  }
}
