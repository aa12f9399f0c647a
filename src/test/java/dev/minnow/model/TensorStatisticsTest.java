package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorStatisticsTest {
  private static TensorStatistics of(float... values) {
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = Tensor.of(arena.allocate(Math.max(4, 4L * values.length)), ElementType.F32, values.length);
      for (int i = 0; i < values.length; i++) {
        tensor.setFloat(i, values[i]);
      }
      return TensorStatistics.of(List.of(tensor));
    }
  }

  @Test
  void smallTensorsAreCountedByHand() {
    TensorStatistics found = of(1, 2, 3, 0, -6);
    assertEquals(5, found.count());
    assertEquals(0, found.mean());
    assertEquals(Math.sqrt(10), found.deviation(), 1e-12);
    assertEquals(Math.sqrt(50), found.norm(), 1e-12);
    assertEquals(-6, found.minimum());
    assertEquals(3, found.maximum());
    assertEquals(1, found.zeros());
    assertArrayEquals(new long[] {1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, found.histogram());
  }

  @Test
  void numbersThatAreNotFiniteAreCountedApart() {
    TensorStatistics found = of(Float.NaN, 2, Float.POSITIVE_INFINITY, 4, Float.NEGATIVE_INFINITY);
    assertEquals(3, found.notFinite());
    assertEquals(3, found.mean());
    assertEquals(1, found.deviation());
    assertEquals(0, of(Float.NaN).maximum());
  }

  @Test
  void aSmallDeviationAroundALargeMeanIsNotLost() {
    Random random = new Random(9);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1000 + (float) (0.01 * random.nextGaussian());
    }
    assertEquals(0.01, of(values).deviation(), 2e-4);
    long[] alike = of(5, 5, 5).histogram();
    assertEquals(3, alike[0]);
  }
}
