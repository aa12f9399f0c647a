package dev.minnow.model;

import dev.minnow.memory.Tensor;
import java.util.List;

/**
 * What the numbers of a tensor are like, or of several as if they were one. Those that are not finite are counted and enter nothing else.
 *
 * @param count of elements
 * @param mean of the finite ones
 * @param deviation standard deviation of the finite ones, dividing by how many they are
 * @param norm the root of the sum of their squares
 * @param minimum 0 where none is finite, as for maximum
 * @param maximum of the finite ones
 * @param zeros elements that are exactly 0
 * @param notFinite elements that are infinite or not a number
 * @param histogram finite elements in {@link #BINS} bins of one width from minimum to maximum
 */
public record TensorStatistics(
    long count, double mean, double deviation, double norm, float minimum, float maximum, long zeros, long notFinite, long[] histogram) {
  /** As many as fit a line of a terminal beside the other columns. */
  public static final int BINS = 12;

  /** Looks at all elements of tensors, F32, as if they were one. */
  public static TensorStatistics of(List<Tensor> tensors) {
    Moments moments = new Moments();
    tensors.forEach(tensor -> forEach(tensor, moments::add));
    double finite = Math.max(1, moments.count - moments.notFinite);
    double mean = moments.sum / finite;
    float minimum = Float.isFinite(moments.minimum) ? moments.minimum : 0;
    float maximum = Float.isFinite(moments.maximum) ? moments.maximum : 0;
    Spread spread = new Spread(mean, minimum, maximum);
    tensors.forEach(tensor -> forEach(tensor, spread::add));
    return new TensorStatistics(
        moments.count,
        mean,
        Math.sqrt(spread.squares / finite),
        Math.sqrt(moments.squares),
        minimum,
        maximum,
        moments.zeros,
        moments.notFinite,
        spread.bins);
  }

  /** The share of elements that are exactly 0. */
  public double sparsity() {
    return (double) zeros / Math.max(1, count);
  }

  private interface Element {
    void accept(float value);
  }

  private static void forEach(Tensor tensor, Element element) {
    for (long i = 0; i < tensor.elementCount(); i++) {
      element.accept(tensor.getFloat(i));
    }
  }

  /** The first look. */
  private static final class Moments {
    private long count;
    private long zeros;
    private long notFinite;
    private double sum;
    private double squares;
    private float minimum = Float.POSITIVE_INFINITY;
    private float maximum = Float.NEGATIVE_INFINITY;

    private void add(float value) {
      count++;
      if (!Float.isFinite(value)) {
        notFinite++;
        return;
      }
      zeros += value == 0 ? 1 : 0;
      sum += value;
      squares += (double) value * value;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
    }
  }

  /** The second look, around the mean: squares of large numbers alone would lose a small deviation. */
  private static final class Spread {
    private final double mean;
    private final double minimum;
    private final double width;
    private final long[] bins = new long[BINS];
    private double squares;

    private Spread(double mean, double minimum, double maximum) {
      this.mean = mean;
      this.minimum = minimum;
      this.width = (maximum - minimum) / BINS;
    }

    private void add(float value) {
      if (Float.isFinite(value)) {
        squares += (value - mean) * (value - mean);
        bins[width > 0 ? (int) Math.min(BINS - 1, (value - minimum) / width) : 0]++;
      }
    }
  }
}
