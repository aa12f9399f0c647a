package dev.minnow.kernel.attention;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.attention.ScoreProgram.Argument;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.VectorDropout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The softmax of attention and its gradient on panels of transposed scores: element (j, i) belongs to key j and query i, so that queries
 * lie in the lanes, sums over keys run down the lanes in the order of the keys, and no lane is ever added to another. By {@link
 * ScoreProgram}, or, with the same bits, by loops where there is no machine code.
 */
final class AttentionSoftmax {
  private static final int STRIDE = PanelProduct.STRIDE;

  private static final FloatVector LANE_NUMBERS = FloatVector.zero(FLOATS).addIndex(1);

  /** {@link #exponentials}, then {@link #gradients}; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          List.of(assembler -> new ScoreProgram(assembler).exponentials(), assembler -> new ScoreProgram(assembler).gradients()),
          (code, entry) -> code.functionOfArrays(entry));

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
   * Takes queries a block of keys further: scores become exponentials of their distance from the query's largest score so far, which is
   * replaced, as is its sum of exponentials; factors become what results of earlier blocks are to be multiplied by.
   *
   * @param at where scores, maxima, sums and factors are
   * @param count of queries
   * @param keyCount of keys
   * @param diagonal position of the first query less that of the first key
   */
  static void exponentials(Workspace workspace, float[] s, AttentionScratch at, int count, int keyCount, int diagonal) {
    if (!FUNCTIONS.isEmpty()) {
      CodeScratch arguments = workspace.code();
      put(arguments, Argument.MAXIMA, at.maxima);
      put(arguments, Argument.SUMS, at.sums);
      put(arguments, Argument.FACTORS, at.factors);
      call(FUNCTIONS.getFirst(), workspace, s, at, count, keyCount, diagonal);
      return;
    }
    for (int column = 0; column < count; column += Lanes.COUNT) {
      int rows = rows(column, count, keyCount, diagonal);
      exponentials(s, at.scores + column, rows, at.maxima + column, at.sums + column, at.factors + column);
    }
  }

  /** Keys of which a vector of queries has scores: those of its tiles. */
  private static int rows(int column, int count, int keyCount, int diagonal) {
    return AttentionProducts.visibleKeys(PanelProduct.tileRowsEnd(column), count, keyCount, diagonal);
  }

  private static void put(CodeScratch arguments, Argument argument, int index) {
    arguments.put(argument, (long) index * Float.BYTES);
  }

  private static void call(
      MethodHandle function, Workspace workspace, float[] s, AttentionScratch at, int count, int keyCount, int diagonal) {
    CodeScratch arguments = workspace.code();
    put(arguments, Argument.SCORES, at.scores);
    int vectors = Math.ceilDiv(count, Lanes.COUNT);
    arguments.put(Argument.VECTORS, vectors);
    for (int vector = 0; vector < vectors; vector++) {
      arguments.put(Argument.KEYS, vector, rows(vector * Lanes.COUNT, count, keyCount, diagonal));
    }
    arguments.call(function, workspace.memory(s), Lanes.MEMORY, Lanes.MEMORY);
  }

  private static void exponentials(float[] s, int at, int rows, int maxima, int sums, int factors) {
    FloatVector.fromArray(FLOATS, s, maxima).intoArray(s, factors);
    maxima(s, at, rows, maxima);
    shrink(s, maxima, sums, factors);
    subtractAndExponentiate(s, at, rows, maxima);
    addRows(s, at, rows, sums);
  }

  /** The largest of a vector of maxima and {@code rows} vectors of scores that are no NaN, in two chains, which take turns. */
  private static void maxima(float[] s, int at, int rows, int maxima) {
    FloatVector max = FloatVector.fromArray(FLOATS, s, maxima);
    FloatVector other = max;
    for (int i = at; i < at + rows * STRIDE; i += STRIDE) {
      FloatVector scores = FloatVector.fromArray(FLOATS, s, i);
      FloatVector larger = max.blend(scores, scores.compare(VectorOperators.GT, max));
      max = other;
      other = larger;
    }
    max.blend(other, other.compare(VectorOperators.GT, max)).intoArray(s, maxima);
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
   * From scores and the gradients of their probabilities, scores become probabilities p, gradients dp become those of the scores, p (dp -
   * weighted sum). With dropout between the probabilities and what they weigh, p is left multiplied by its factor.
   *
   * @param at where scores, gradients, logs of sums and weighted sums are; otherwise as for {@link #exponentials}
   * @param key number of the first key, whose rows for dropout were noted
   */
  static void gradients(
      Workspace workspace, float[] s, AttentionScratch at, int count, int keyCount, int diagonal, int key, Dropout dropout) {
    dropOut(workspace, s, at.scoreGradients, count, keyCount, diagonal, key, dropout);
    if (FUNCTIONS.isEmpty()) {
      for (int column = 0; column < count; column += Lanes.COUNT) {
        int rows = rows(column, count, keyCount, diagonal);
        gradients(s, at.scores + column, at.scoreGradients + column, rows, at.logSumExp + column, at.weightedSums + column);
      }
    } else {
      CodeScratch arguments = workspace.code();
      put(arguments, Argument.GRADIENTS, at.scoreGradients);
      put(arguments, Argument.LOG_SUM_EXP, at.logSumExp);
      put(arguments, Argument.WEIGHTED_SUMS, at.weightedSums);
      call(FUNCTIONS.getLast(), workspace, s, at, count, keyCount, diagonal);
    }
    dropOut(workspace, s, at.scores, count, keyCount, diagonal, key, dropout);
  }

  /** Multiplies what lies where scores do by dropout's factors. */
  static void dropOut(Workspace workspace, float[] s, int at, int count, int keyCount, int diagonal, int key, Dropout dropout) {
    for (int column = 0; !dropout.isNone() && column < count; column += Lanes.COUNT) {
      int rows = rows(column, count, keyCount, diagonal);
      VectorDropout.multiplyTransposed(workspace, s, at + column, rows, STRIDE, dropout, column, key);
    }
  }

  private static void gradients(float[] s, int scores, int gradients, int rows, int logSumExp, int weightedSums) {
    subtractAndExponentiate(s, scores, rows, logSumExp);
    FloatVector weightedSum = FloatVector.fromArray(FLOATS, s, weightedSums);
    for (int row = 0; row < rows * STRIDE; row += STRIDE) {
      FloatVector gradient = FloatVector.fromArray(FLOATS, s, gradients + row).sub(weightedSum);
      gradient.mul(FloatVector.fromArray(FLOATS, s, scores + row)).intoArray(s, gradients + row);
    }
  }
}
