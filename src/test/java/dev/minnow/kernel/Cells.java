package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Compares a tensor with what it should hold, cell by cell, and reports the worst. */
public final class Cells {
  private Cells() {}

  /** Fails unless every cell is finite and within its tolerance; {@code what} names tensor, shape and seed. */
  public static void assertWithin(double[] tolerances, double[] expected, Tensor actual, String what) {
    assertEquals(expected.length, actual.elementCount(), what);
    assertEquals(expected.length, tolerances.length, what);
    int worst = -1;
    double worstShare = 1;
    for (int i = 0; i < expected.length; i++) {
      float value = actual.getFloat(i);
      if (!Float.isFinite(value)) {
        fail(what + ": cell " + index(actual, i) + " is " + value + ", expected " + expected[i]);
      }
      double tolerance = tolerances[i] + rounding(actual, expected[i]);
      double share = Math.abs(value - expected[i]) / tolerance;
      if (!(share <= worstShare) && value != expected[i]) {
        worst = i;
        worstShare = share;
      }
    }
    if (worst >= 0) {
      String seen = String.format("%.9g, expected %.9g within %.3g (%.1f times that)", actual.getFloat(worst), expected[worst],
          tolerances[worst] + rounding(actual, expected[worst]), worstShare);
      fail(what + ": the worst cell, " + index(actual, worst) + ", is " + seen);
    }
  }

  /** How far the element type of a result takes it from what the operation computed in float32. */
  private static double rounding(Tensor tensor, double value) {
    return tensor.type() == ElementType.BF16_BLOCKS ? 0x1.01p-8 * Math.abs(value) + Float.MIN_NORMAL : 0;
  }

  /** {@link #assertWithin} with room for the error of {@link FiniteDifferences}. */
  static void assertGradient(double[] tolerances, double[] expected, Tensor actual, String what) {
    assertWithin(DoubleStream.of(tolerances).map(t -> t + FiniteDifferences.ERROR).toArray(), expected, actual, what);
  }

  /** Cell by cell, what a tensor that is added to should hold. */
  static double[] sum(double[] before, double[] added) {
    double[] sum = before.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += added[i];
    }
    return sum;
  }

  /** Cell by cell, the absolute values. */
  static double[] magnitudes(double[] values) {
    return DoubleStream.of(values).map(Math::abs).toArray();
  }

  /** The elements as doubles. */
  public static double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.getFloat(i);
    }
    return values;
  }

  private static String index(Tensor tensor, long element) {
    long[] index = new long[tensor.rank()];
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = element % tensor.dimension(axis);
      element /= tensor.dimension(axis);
    }
    return Arrays.toString(index);
  }
}
