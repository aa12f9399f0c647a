package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import org.junit.jupiter.api.Test;

class TensorDifferenceTest {
  private static TensorDifference of(float[] first, float[] second) {
    SlabLayout layout = new SlabLayout();
    layout.add("first", ElementType.F32, first.length);
    layout.add("second", ElementType.F32, second.length);
    try (Slab slab = layout.allocate()) {
      slab.tensor(0).setFloats(first);
      slab.tensor(1).setFloats(second);
      return TensorDifference.of(slab.tensor(0), slab.tensor(1));
    }
  }

  @Test
  void normsAndTheAngleAreThoseOfVectors() {
    TensorDifference found = of(new float[] {3, 4, 0}, new float[] {3, 0, 12});
    assertEquals(3, found.count());
    assertEquals(2, found.differing());
    assertEquals(Math.sqrt(16 + 144), found.norm(), 1e-12);
    assertEquals(Math.sqrt(160) / 5, found.relative(), 1e-12);
    assertEquals(9 / (5 * Math.sqrt(153)), found.cosine(), 1e-12);
    assertFalse(found.identical());
  }

  @Test
  void sameMeansTheSameBits() {
    assertTrue(of(new float[] {1, Float.NaN}, new float[] {1, Float.NaN}).identical());
    TensorDifference zeros = of(new float[] {0}, new float[] {-0f});
    assertEquals(1, zeros.differing());
    assertEquals(0, zeros.norm());
  }

  @Test
  void whatIsNotFiniteEntersNoNorm() {
    TensorDifference found = of(new float[] {1, Float.POSITIVE_INFINITY, 2}, new float[] {Float.NaN, 7, 5});
    assertEquals(2, found.notFinite());
    assertEquals(3, found.norm());
    assertEquals(1.5, found.relative());
  }

  @Test
  void nothingIsRelativeToNothing() {
    TensorDifference found = of(new float[] {0, 0}, new float[] {1, 0});
    assertTrue(Double.isNaN(found.relative()) && Double.isNaN(found.cosine()));
  }

  @Test
  void twoPairsAddUp() {
    TensorDifference sum = of(new float[] {1}, new float[] {4}).plus(of(new float[] {2, 2}, new float[] {6, 2}));
    TensorDifference joined = of(new float[] {1, 2, 2}, new float[] {4, 6, 2});
    assertEquals(joined, sum);
    assertEquals(5, sum.norm());
  }

  @Test
  void otherShapesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> of(new float[] {1}, new float[] {1, 2}));
  }
}
