package dev.minnow.kernel;

import static dev.minnow.kernel.Lanes.FLOATS;

import dev.minnow.memory.Blocks;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** The softmax of attention and its gradient, a query's row of scores at a time, from floats to rows of bfloat16 blocks. */
final class AmxSoftmax {
  private static final int SCORES = Workspace.region(0);
  private static final int GRADIENTS = Workspace.region(1);
  private static final int LANES = Workspace.region(2);

  private AmxSoftmax() {}

  /**
   * One row's exponentials of scale x (score - largest score), dropped out, and zeros for keys that it does not see.
   *
   * @param exponentials address of where they go, a row of blocks
   * @param scores address of the row's scores
   * @param visible keys that the query sees
   * @param keys of the row, whole blocks
   * @param maskRow the dropout's row
   */
  static void exponentials(
      long exponentials, long scores, int visible, int keys, float scale, Dropout dropout, long maskRow, Workspace workspace) {
    float[] s = workspace.regions;
    float max = Float.NEGATIVE_INFINITY;
    for (int key = 0; key < visible; key += Workspace.REGION_FLOATS) {
      int count = Math.min(Workspace.REGION_FLOATS, visible - key);
      FloatRows.load(scores + (long) key * Float.BYTES, count, s, SCORES);
      max = Math.max(max, max(s, count));
    }
    float sum = 0;
    for (int key = 0; key < keys; key += Workspace.REGION_FLOATS) {
      int count = Math.clamp((long) visible - key, 0, Workspace.REGION_FLOATS);
      int end = Math.min(Workspace.REGION_FLOATS, keys - key);
      if (count > 0) {
        if (visible > Workspace.REGION_FLOATS) {
          FloatRows.load(scores + (long) key * Float.BYTES, count, s, SCORES);
        }
        scaleAndShift(s, count, scale, -max * scale);
        Exponentials.replace(s, SCORES, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
        Arrays.fill(s, SCORES + count, SCORES + end, 0);
        sum += sum(s, end);
        if (!dropout.isNone()) {
          VectorDropout.multiply(s, SCORES, count, dropout, maskRow, key, workspace.ints);
          Arrays.fill(s, SCORES + count, SCORES + end, 0);
        }
      } else {
        Arrays.fill(s, SCORES, SCORES + end, 0);
      }
      store(exponentials, key, end, s, SCORES);
    }
    s[LANES] = sum;
    s[LANES + 1] = max * scale;
  }

  /** The sum of exponentials that {@link #exponentials} left. */
  static float sum(float[] s) {
    return s[LANES];
  }

  /** Scale x the largest score that {@link #exponentials} left. */
  static float maximum(float[] s) {
    return s[LANES + 1];
  }

  /**
   * One row's probabilities p, dropped out, and the gradients p (dp - weightedSum) of its scaled scores; zeros for keys that it does not
   * see.
   *
   * @param probabilities address of where p goes, a row of blocks
   * @param gradients address of where the gradients go
   * @param scores address of the row's scores
   * @param dprobabilities address of the gradients of its dropped-out probabilities
   */
  static void gradients(
      long probabilities,
      long gradients,
      long scores,
      long dprobabilities,
      int visible,
      int keys,
      float scale,
      float logSumExp,
      float weightedSum,
      Dropout dropout,
      long maskRow,
      Workspace workspace) {
    float[] s = workspace.regions;
    for (int key = 0; key < keys; key += Workspace.REGION_FLOATS) {
      int count = Math.clamp((long) visible - key, 0, Workspace.REGION_FLOATS);
      int end = Math.min(Workspace.REGION_FLOATS, keys - key);
      if (count > 0) {
        FloatRows.load(scores + (long) key * Float.BYTES, count, s, SCORES);
        FloatRows.load(dprobabilities + (long) key * Float.BYTES, count, s, GRADIENTS);
        scaleAndShift(s, count, scale, -logSumExp);
        Exponentials.replace(s, SCORES, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
        if (!dropout.isNone()) {
          VectorDropout.multiply(s, GRADIENTS, count, dropout, maskRow, key, workspace.ints);
        }
        multiplyDifference(s, count, weightedSum);
        if (!dropout.isNone()) {
          VectorDropout.multiply(s, SCORES, count, dropout, maskRow, key, workspace.ints);
        }
      }
      Arrays.fill(s, SCORES + count, SCORES + end, 0);
      Arrays.fill(s, GRADIENTS + count, GRADIENTS + end, 0);
      store(probabilities, key, end, s, SCORES);
      store(gradients, key, end, s, GRADIENTS);
    }
  }

  /** Whole blocks of one row, from a key on. */
  private static void store(long blocks, int key, int keys, float[] s, int at) {
    BlockRows.narrowBlockRows(blocks + (long) key / Blocks.SIZE * Blocks.BYTES, keys / Blocks.SIZE, s, at);
  }

  /** The sum of products of two rows, from a column on. */
  static float product(Rows left, Rows right, int row, int column, int width, Workspace workspace) {
    float[] s = workspace.regions;
    float sum = 0;
    for (int c = 0; c < width; c += Workspace.REGION_FLOATS) {
      int count = Math.min(Workspace.REGION_FLOATS, width - c);
      left.load(row, column + c, count, s, SCORES);
      right.load(row, column + c, count, s, GRADIENTS);
      Arrays.fill(s, SCORES + count, SCORES + Lanes.padded(count), 0);
      Arrays.fill(s, GRADIENTS + count, GRADIENTS + Lanes.padded(count), 0);
      multiply(s, count);
      sum += sum(s, count);
    }
    return sum;
  }

  /** Stores {@code factor} x the floats at an address in a row, from a column on. */
  static void store(long floats, float factor, Rows rows, int row, int column, int width, Workspace workspace) {
    float[] s = workspace.regions;
    for (int c = 0; c < width; c += Workspace.REGION_FLOATS) {
      int count = Math.min(Workspace.REGION_FLOATS, width - c);
      FloatRows.load(floats + (long) c * Float.BYTES, count, s, SCORES);
      for (int i = SCORES; i < SCORES + count; i += Lanes.COUNT) {
        FloatVector.fromArray(FLOATS, s, i).mul(factor).intoArray(s, i);
      }
      rows.store(row, column + c, count, s, SCORES);
    }
  }

  /** The first of two regions becomes their product. */
  private static void multiply(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, SCORES + i).mul(FloatVector.fromArray(FLOATS, s, GRADIENTS + i)).intoArray(s, SCORES + i);
    }
  }

  private static float max(float[] s, int count) {
    int whole = Lanes.wholeVectors(count);
    FloatVector maxima = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      maxima = maxima.max(FloatVector.fromArray(FLOATS, s, SCORES + i));
    }
    maxima.intoArray(s, LANES);
    float max = s[LANES];
    for (int lane = 1; lane < Lanes.COUNT; lane++) {
      max = Math.max(max, s[LANES + lane]);
    }
    for (int i = whole; i < count; i++) {
      max = Math.max(max, s[SCORES + i]);
    }
    return max;
  }

  private static void scaleAndShift(float[] s, int count, float scale, float shift) {
    FloatVector shifts = FloatVector.broadcast(FLOATS, shift);
    FloatVector scales = FloatVector.broadcast(FLOATS, scale);
    for (int i = SCORES; i < SCORES + count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, i).fma(scales, shifts).intoArray(s, i);
    }
  }

  /** The sum of whole vectors. */
  private static float sum(float[] s, int count) {
    FloatVector sums = FloatVector.zero(FLOATS);
    for (int i = SCORES; i < SCORES + count; i += Lanes.COUNT) {
      sums = sums.add(FloatVector.fromArray(FLOATS, s, i));
    }
    sums.intoArray(s, LANES);
    return Lanes.sum(s, LANES);
  }

  private static void multiplyDifference(float[] s, int count, float subtrahend) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector p = FloatVector.fromArray(FLOATS, s, SCORES + i);
      FloatVector.fromArray(FLOATS, s, GRADIENTS + i).sub(subtrahend).mul(p).intoArray(s, GRADIENTS + i);
    }
  }
}
