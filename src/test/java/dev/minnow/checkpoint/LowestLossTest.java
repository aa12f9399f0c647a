package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LowestLossTest {
  @Test
  void anEvaluationThatIsNoBetterCountsAlsoWhereItIsNoNumber() {
    LowestLoss none = LowestLoss.NONE.after(2, Double.NaN, true).after(4, Double.POSITIVE_INFINITY, true);
    assertEquals(new LowestLoss(Double.POSITIVE_INFINITY, 0, 2), none);
    assertFalse(none.exists());
    LowestLoss first = none.after(6, 3, true);
    assertEquals(new LowestLoss(3, 6, 0), first);
    assertEquals(new LowestLoss(3, 6, 2), first.after(8, 3, true).after(10, Double.NaN, true));
    assertEquals(new LowestLoss(3, 6, 1), first.after(8, 4, true).after(9, 4, false), "one at a run's end is out of turn");
    assertEquals(new LowestLoss(2.5, 9, 0), first.after(9, 2.5, false));
    assertEquals(new LowestLoss(2.5, 12, 0), first.after(8, 4, true).after(12, 2.5, true));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
  void whatCannotBeALossIsNoLowest(double loss) {
    assertThrows(IllegalArgumentException.class, () -> new LowestLoss(loss, 1, 0));
  }
}
