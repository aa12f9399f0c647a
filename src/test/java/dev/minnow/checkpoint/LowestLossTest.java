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
    LowestLoss none = LowestLoss.NONE.after(2, Double.NaN).after(4, Double.POSITIVE_INFINITY);
    assertEquals(new LowestLoss(Double.POSITIVE_INFINITY, 0, 2), none);
    assertFalse(none.exists());
    LowestLoss first = none.after(6, 3);
    assertEquals(new LowestLoss(3, 6, 0), first);
    assertEquals(new LowestLoss(3, 6, 2), first.after(8, 3).after(10, Double.NaN));
    assertEquals(new LowestLoss(2.5, 12, 0), first.after(8, 4).after(12, 2.5));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
  void whatCannotBeALossIsNoLowest(double loss) {
    assertThrows(IllegalArgumentException.class, () -> new LowestLoss(loss, 1, 0));
  }
}
