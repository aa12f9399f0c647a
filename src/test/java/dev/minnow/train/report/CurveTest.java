package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void aShortCurveKeepsEveryPoint() {
    Curve curve = new Curve();
    for (int step = 1; step <= Curve.MOST_BUCKETS; step++) {
      curve.add(step, step / 4.0);
    }
    JsonNode points = curve.points();
    assertEquals(Curve.MOST_BUCKETS, points.get("x").size());
    for (int i = 0; i < Curve.MOST_BUCKETS; i++) {
      assertEquals(i + 1, points.get("x").get(i).intValue());
      assertEquals((i + 1) / 4.0, points.get("y").get(i).doubleValue());
    }
  }

  @Test
  void aLongCurveKeepsItsPeaksInOrderAndInBoundedMemory() {
    Random random = new Random(3);
    Curve curve = new Curve();
    int highest = 777_777;
    int lowest = 123_456;
    for (int step = 1; step <= 1_000_000; step++) {
      curve.add(step, step == highest ? 1e6 : step == lowest ? -1e6 : random.nextGaussian());
    }
    JsonNode points = curve.points();
    int size = points.get("x").size();
    assertTrue(size > Curve.MOST_BUCKETS / 2 && size <= 2 * Curve.MOST_BUCKETS, size + " points");
    boolean high = false;
    boolean low = false;
    for (int i = 0; i < size; i++) {
      assertTrue(i == 0 || points.get("x").get(i - 1).intValue() < points.get("x").get(i).intValue(), "order at " + i);
      high |= points.get("x").get(i).intValue() == highest && points.get("y").get(i).doubleValue() == 1e6;
      low |= points.get("x").get(i).intValue() == lowest && points.get("y").get(i).doubleValue() == -1e6;
    }
    assertTrue(high && low, "a peak is lost");
  }

  @Test
  void aSmoothedCurveIsTheMeanOfNeighboursOnBothSides() {
    Curve curve = new Curve();
    double[] values = new double[400];
    Random random = new Random(4);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(1000);
      curve.add(i + 1, values[i]);
    }
    JsonNode smoothed = curve.smoothed().get("y");
    int reach = 400 / 40 / 2;
    for (int i = 0; i < values.length; i++) {
      double sum = 0;
      int count = 0;
      for (int j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) {
        sum += values[j];
        count++;
      }
      assertEquals(sum / count, smoothed.get(i).doubleValue(), 0.01, "at " + i);
    }
  }

  @Test
  void valuesThatAreNotFiniteAreLeftOut() {
    Curve curve = new Curve();
    curve.add(1, 2);
    curve.add(2, Double.NaN);
    curve.add(3, Double.POSITIVE_INFINITY);
    curve.add(4, 3);
    assertEquals("{\"x\":[1,4],\"y\":[2.0,3.0]}", curve.points().toString());
  }

  @Test
  void stepsThatAreDoneAgainAreForgotten() {
    Curve curve = new Curve();
    for (int step = 1; step <= 10; step++) {
      curve.add(step, step);
    }
    curve.forgetFrom(4);
    curve.add(4, 0.5);
    assertEquals("{\"x\":[1,2,3,4],\"y\":[1.0,2.0,3.0,0.5]}", curve.points().toString());
  }

  @Test
  void aBucketThatReachesIntoWhatIsDoneAgainGoesWhereverItsPeaksAre() {
    Curve curve = new Curve();
    int steps = 8 * Curve.MOST_BUCKETS;
    for (int step = 1; step <= steps; step++) {
      curve.add(step, step % 8 == 2 ? 9 : step % 8 == 3 ? 1 : 5);
    }
    long last = curve.smoothed().path("x").valueStream().reduce((first, second) -> second).orElseThrow().longValue();
    assertEquals(steps, last);
    curve.forgetFrom(steps - 2);
    assertTrue(curve.smoothed().path("x").valueStream().allMatch(step -> step.longValue() < steps - 2));
  }
}
