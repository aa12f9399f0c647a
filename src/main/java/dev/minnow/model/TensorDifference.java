package dev.minnow.model;

import dev.minnow.memory.Tensor;
import java.util.Arrays;

/**
 * How far two tensors of one shape are apart. Elements of which either is not finite are counted and enter no norm.
 *
 * @param count of elements
 * @param differing elements that are not the same bit for bit
 * @param notFinite elements that are infinite or not a number in either
 * @param squares sum of squares of the difference
 * @param firstSquares of the first tensor
 * @param secondSquares of the second
 * @param product sum of the products of their elements
 */
public record TensorDifference(
    long count, long differing, long notFinite, double squares, double firstSquares, double secondSquares, double product) {
  /** Of nothing. */
  public static final TensorDifference NONE = new TensorDifference(0, 0, 0, 0, 0, 0, 0);

  /**
   * Looks at all elements of two tensors, F32.
   *
   * @throws IllegalArgumentException if their shapes differ
   */
  public static TensorDifference of(Tensor first, Tensor second) {
    if (!Arrays.equals(first.shape(), second.shape())) {
      throw new IllegalArgumentException("Tensors of different shapes, " + first + " and " + second + ", have no difference.");
    }
    long differing = 0;
    long notFinite = 0;
    double squares = 0;
    double firstSquares = 0;
    double secondSquares = 0;
    double product = 0;
    for (long i = 0; i < first.elementCount(); i++) {
      float a = first.getFloat(i);
      float b = second.getFloat(i);
      if (Float.floatToRawIntBits(a) != Float.floatToRawIntBits(b)) {
        differing++;
      }
      if (!Float.isFinite(a) || !Float.isFinite(b)) {
        notFinite++;
        continue;
      }
      double difference = (double) b - a;
      squares += difference * difference;
      firstSquares += (double) a * a;
      secondSquares += (double) b * b;
      product += (double) a * b;
    }
    return new TensorDifference(first.elementCount(), differing, notFinite, squares, firstSquares, secondSquares, product);
  }

  /** That of both pairs of tensors as one. */
  public TensorDifference plus(TensorDifference other) {
    return new TensorDifference(
        count + other.count,
        differing + other.differing,
        notFinite + other.notFinite,
        squares + other.squares,
        firstSquares + other.firstSquares,
        secondSquares + other.secondSquares,
        product + other.product);
  }

  /** Whether all elements are the same bit for bit. */
  public boolean identical() {
    return differing == 0;
  }

  /** The norm of the difference. */
  public double norm() {
    return Math.sqrt(squares);
  }

  /** The norm of the difference as a share of the first tensor's; not a number where that is 0. */
  public double relative() {
    return firstSquares == 0 ? Double.NaN : Math.sqrt(squares / firstSquares);
  }

  /** The cosine of the angle between both; not a number where either is 0. */
  public double cosine() {
    double norms = Math.sqrt(firstSquares) * Math.sqrt(secondSquares);
    return norms == 0 ? Double.NaN : Math.clamp(product / norms, -1, 1);
  }
}
