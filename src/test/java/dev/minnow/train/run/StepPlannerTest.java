package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The number of steps that minutes and epochs give, on a machine whose times are made up. */
class StepPlannerTest {
  /** Steps that take 10 times as long until the compiler is done, which takes {@code seconds}. */
  private static DoubleSupplier warmingUp(double seconds, double warm) {
    double[] spent = {0};
    return () -> {
      double step = spent[0] < seconds ? 10 * warm : warm;
      spent[0] += step;
      return step;
    };
  }

  @Test
  void minutesAreFilledHoweverLongTheCompilerTakes() {
    for (double compiling : new double[] {0, 0.5, 1.5}) {
      double warm = 0.02;
      long steps = StepPlanner.forMinutes(2, warmingUp(compiling, warm), () -> 0.5, any -> 10);
      double seconds = steps * warm;
      assertTrue(seconds > 85 && seconds < 115, compiling + " s of compiling: " + seconds + " s of training");
    }
  }

  @Test
  void theRehearsalStaysAShareOfTheTime() {
    double[] spent = {0};
    AtomicInteger calls = new AtomicInteger();
    // Gets faster for ever: the rehearsal has to end all the same.
    long steps =
        StepPlanner.forMinutes(
            0.5,
            () -> {
              double step = Math.pow(0.9, calls.getAndIncrement());
              spent[0] += step;
              return step;
            },
            () -> 0.01, any -> 10);
    assertTrue(steps >= 1);
    assertTrue(spent[0] < 0.2 * 30 + 3, spent[0] + " s");
  }

  @Test
  void evaluationsTakeTheirTimeHoweverOftenTheyAre() {
    for (long every : new long[] {2, 10, 1000}) {
      LongUnaryOperator evaluations = count -> Math.ceilDiv(count, every);
      long steps = StepPlanner.forMinutes(2, () -> 0.1, () -> 2, evaluations);
      double seconds = steps * 0.1 + evaluations.applyAsLong(steps) * 2;
      assertTrue(seconds > 95 && seconds < 115, "every " + every + " of " + steps + " steps: " + seconds + " s");
    }
  }

  @Test
  void aStepAtLeastHoweverShortTheTime() {
    assertEquals(1, StepPlanner.forMinutes(0.001, () -> 5, () -> 5, any -> 10));
  }

  @Test
  void epochsRoundToWholeSteps() {
    assertEquals(7, StepPlanner.forEpochs(2, 28, 8));
    assertEquals(1, StepPlanner.forEpochs(0.001, 28, 8));
  }
}
