package dev.minnow.train.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * A value over steps in bounded memory. Neighbours share a bucket that keeps its least and its greatest point, so that no peak is lost
 * however long the run is; whenever there are too many buckets, each two become one.
 */
final class Curve {
  /** More than a wide screen has columns for a chart. */
  static final int MOST_BUCKETS = 1024;

  /** A smoothed value is the mean of this part of the buckets. */
  private static final int SMOOTHED_PARTS = 40;

  private static final MathContext DIGITS = new MathContext(6);

  private List<Bucket> buckets = new ArrayList<>();
  private long pointsPerBucket = 1;

  /** Some neighbouring points. */
  private record Bucket(long minimumStep, double minimum, long maximumStep, double maximum, long lastStep, long count, double sum) {
    static Bucket of(long step, double value) {
      return new Bucket(step, value, step, value, step, 1, value);
    }

    Bucket with(Bucket later) {
      boolean lower = later.minimum < minimum;
      boolean higher = later.maximum > maximum;
      return new Bucket(
          lower ? later.minimumStep : minimumStep,
          lower ? later.minimum : minimum,
          higher ? later.maximumStep : maximumStep,
          higher ? later.maximum : maximum,
          later.lastStep,
          count + later.count,
          sum + later.sum);
    }
  }

  /** Adds a point, of a later step than all before; a value that is not finite leaves a gap. */
  void add(long step, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    Bucket point = Bucket.of(step, value);
    if (!buckets.isEmpty() && buckets.getLast().count < pointsPerBucket) {
      buckets.set(buckets.size() - 1, buckets.getLast().with(point));
      return;
    }
    buckets.add(point);
    if (buckets.size() > MOST_BUCKETS) {
      List<Bucket> halved = new ArrayList<>();
      for (int i = 0; i < buckets.size(); i += 2) {
        halved.add(i + 1 < buckets.size() ? buckets.get(i).with(buckets.get(i + 1)) : buckets.get(i));
      }
      buckets = halved;
      pointsPerBucket *= 2;
    }
  }

  /** Removes what a run that went back to this step does again; a bucket that reaches across goes as a whole. */
  void forgetFrom(long step) {
    while (!buckets.isEmpty() && buckets.getLast().lastStep >= step) {
      buckets.removeLast();
    }
  }

  boolean isEmpty() {
    return buckets.isEmpty();
  }

  /** The least and greatest points, in the order of steps. */
  ObjectNode points() {
    Points points = new Points();
    for (Bucket bucket : buckets) {
      if (bucket.minimumStep <= bucket.maximumStep) {
        points.add(bucket.minimumStep, bucket.minimum);
      }
      if (bucket.minimumStep != bucket.maximumStep) {
        points.add(bucket.maximumStep, bucket.maximum);
      }
      if (bucket.minimumStep > bucket.maximumStep) {
        points.add(bucket.minimumStep, bucket.minimum);
      }
    }
    return points.json;
  }

  /** The mean of each bucket and its neighbours on both sides, so that it does not lag behind a loss that falls. */
  ObjectNode smoothed() {
    Points points = new Points();
    int reach = buckets.size() / SMOOTHED_PARTS / 2;
    double sum = 0;
    long count = 0;
    int begin = 0;
    int end = 0;
    for (int i = 0; i < buckets.size(); i++) {
      for (; end < buckets.size() && end <= i + reach; end++) {
        sum += buckets.get(end).sum;
        count += buckets.get(end).count;
      }
      for (; begin < i - reach; begin++) {
        sum -= buckets.get(begin).sum;
        count -= buckets.get(begin).count;
      }
      points.add(buckets.get(i).lastStep, sum / count);
    }
    return points.json;
  }

  /** A number with as many digits as a chart shows. */
  static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }

  private static final class Points {
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final ArrayNode steps = json.putArray("x");
    private final ArrayNode values = json.putArray("y");

    private void add(long step, double value) {
      steps.add(step);
      values.add(rounded(value));
    }
  }
}
