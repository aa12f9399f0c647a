package dev.minnow.kernel.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExponentialsTest {
  private static final int COUNT = 4096;

  /** The exponentials of numbers from {@code first} on, {@code step} apart, by vectors. */
  private static float[] exponentials(float first, float step) {
    float[] s = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      s[i] = first + i * step;
    }
    Exponentials.replace(s, 0, COUNT / Lanes.COUNT, Lanes.COUNT);
    return s;
  }

  @Test
  void theyAreRightToAboutOneUnitInTheLastPlace() {
    float first = Exponentials.UNDERFLOW;
    float step = (Exponentials.OVERFLOW - first) / COUNT;
    float[] values = exponentials(first, step);
    for (int i = 0; i < COUNT; i++) {
      float x = first + i * step;
      assertEquals(Math.exp(x), values[i], 1.3 * Math.ulp((float) Math.exp(x)), "of " + x);
    }
  }

  @Test
  void vectorsAndTheScalarFormHaveTheSameBits() {
    float[] values = exponentials(-60, 0.04f);
    for (int i = 0; i < COUNT; i++) {
      assertEquals(Exponentials.of(-60 + i * 0.04f), values[i]);
    }
  }

  @Test
  void whatCountsForNothingBesideOneIsZero() {
    assertEquals(0x1p-64, Exponentials.of(Exponentials.UNDERFLOW), 0x1p-85);
    assertEquals(0, Exponentials.of(Math.nextDown(Exponentials.UNDERFLOW)));
    assertEquals(0, Exponentials.of(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, Exponentials.of(Math.nextUp(Exponentials.OVERFLOW)));
    assertTrue(Float.isNaN(Exponentials.of(Float.NaN)));
    float[] values = new float[Lanes.COUNT];
    values[0] = Math.nextDown(Exponentials.UNDERFLOW);
    values[1] = Float.NaN;
    values[2] = Float.NEGATIVE_INFINITY;
    Exponentials.replace(values, 0, 1, Lanes.COUNT);
    assertEquals(0, values[0]);
    assertTrue(Float.isNaN(values[1]));
    assertEquals(0, values[2]);
  }
}
