package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The softmax of attention and its gradient on panels of transposed scores: element (j, i) belongs to key j and query i, so that queries
 * lie in the lanes, sums over keys run down the lanes in the order of the keys, and no lane is ever added to another.
 */
final class AttentionSoftmax {
  private static final int STRIDE = PanelProduct.STRIDE;

  private static final FloatVector LANE_NUMBERS = FloatVector.zero(FLOATS).addIndex(1);

  private AttentionSoftmax() {}

  /**
   * Sets what lies above the diagonal: in row {@code from} + r the first {@code hidden} + r columns become {@code value}.
   *
   * @param at the panel's first column
   * @param columns a multiple of the vector length
   */
  static void mask(float[] s, int at, int columns, int from, int to, int hidden, float value) {
    for (int row = from; row < to; row++) {
      for (int column = 0; column < columns; column += Lanes.COUNT) {
        int cell = at + row * STRIDE + column;
        FloatVector scores = FloatVector.fromArray(FLOATS, s, cell);
        scores.blend(value, LANE_NUMBERS.compare(VectorOperators.LT, hidden + row - from - column)).intoArray(s, cell);
      }
    }
  }

  /**
   * Takes one vector of queries a block of keys further: {@code rows} scores become exponentials of their distance from the largest
   * score so far.
   *
   * @param at the first score
   * @param maxima the largest scores so far, replaced
   * @param sums of exponentials so far, replaced
   * @param factors becomes what results of earlier blocks are to be multiplied by
   */
  static void exponentials(float[] s, int at, int rows, int maxima, int sums, int factors) {
    FloatVector.fromArray(FLOATS, s, maxima).intoArray(s, factors);
    maxima(s, at, rows, maxima);
    shrink(s, maxima, sums, factors);
    subtractAndExponentiate(s, at, rows, maxima);
    addRows(s, at, rows, sums);
  }

  /** The largest of a vector of maxima and {@code rows} vectors of scores, in two chains. */
  private static void maxima(float[] s, int at, int rows, int maxima) {
    FloatVector max = FloatVector.fromArray(FLOATS, s, maxima);
    FloatVector other = max;
    int end = at + (rows & -2) * STRIDE;
    for (int i = at; i < end; i += 2 * STRIDE) {
      max = max.max(FloatVector.fromArray(FLOATS, s, i));
      other = other.max(FloatVector.fromArray(FLOATS, s, i + STRIDE));
    }
    max = max.max(other);
    if (end < at + rows * STRIDE) {
      max = max.max(FloatVector.fromArray(FLOATS, s, end));
    }
    max.intoArray(s, maxima);
  }

  /** Factors, which hold the maxima before, become exp(before - maxima); sums are multiplied by them. */
  private static void shrink(float[] s, int maxima, int sums, int factors) {
    subtractAndExponentiate(s, factors, 1, maxima);
    FloatVector.fromArray(FLOATS, s, sums).mul(FloatVector.fromArray(FLOATS, s, factors)).intoArray(s, sums);
  }

  /** exp(row - the vector at {@code subtrahend}) in place, for {@code rows} vectors. */
  private static void subtractAndExponentiate(float[] s, int at, int rows, int subtrahend) {
    FloatVector subtracted = FloatVector.fromArray(FLOATS, s, subtrahend);
    for (int i = at; i < at + rows * STRIDE; i += STRIDE) {
      FloatVector.fromArray(FLOATS, s, i).sub(subtracted).intoArray(s, i);
    }
    Exponentials.replace(s, at, rows, STRIDE);
  }

  /** Adds {@code rows} vectors to the one at {@code sums}, in their order. */
  private static void addRows(float[] s, int at, int rows, int sums) {
    FloatVector sum = FloatVector.fromArray(FLOATS, s, sums);
    for (int i = at; i < at + rows * STRIDE; i += STRIDE) {
      sum = sum.add(FloatVector.fromArray(FLOATS, s, i));
    }
    sum.intoArray(s, sums);
  }

  /**
   * For one vector of queries, from {@code rows} scores and the gradients of their probabilities: scores become probabilities p,
   * gradients dp become those of the scores, p (dp - weightedSum).
   *
   * @param scores the first score
   * @param gradients the first gradient
   * @param logSumExp of each query
   * @param weightedSums over keys of p dp, of each query
   */
  static void gradients(float[] s, int scores, int gradients, int rows, int logSumExp, int weightedSums) {
    subtractAndExponentiate(s, scores, rows, logSumExp);
    FloatVector weightedSum = FloatVector.fromArray(FLOATS, s, weightedSums);
    for (int row = 0; row < rows * STRIDE; row += STRIDE) {
      FloatVector gradient = FloatVector.fromArray(FLOATS, s, gradients + row).sub(weightedSum);
      gradient.mul(FloatVector.fromArray(FLOATS, s, scores + row)).intoArray(s, gradients + row);
    }
  }

  /** {@link #gradients} with dropout between the probabilities and what they weigh: p is left multiplied by its factor. */
  static void gradientsWithDropout(
      float[] s, int scores, int gradients, int rows, int logSumExp, int weightedSums, int key, int[] ints, int query, Dropout dropout) {
    VectorDropout.multiplyTransposed(s, gradients, rows, STRIDE, dropout, query, key, ints);
    gradients(s, scores, gradients, rows, logSumExp, weightedSums);
    VectorDropout.multiplyTransposed(s, scores, rows, STRIDE, dropout, query, key, ints);
  }
}
