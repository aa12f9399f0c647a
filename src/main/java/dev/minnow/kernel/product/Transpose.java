package dev.minnow.kernel.product;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Turns rows into columns: by machine code where there is some, or else in square blocks of one vector's width in registers, in
 * log2(width) steps, each of which swaps the off-diagonal halves of all blocks of its size. Five times faster than element by element.
 */
public final class Transpose {
  private static final int LANES = Lanes.COUNT;
  private static final int HALF = LANES / 2;
  private static final int QUARTER = LANES / 4;

  private static final VectorShuffle<Float> SWAP_HALF = swap(HALF);
  private static final VectorShuffle<Float> SWAP_QUARTER = swap(QUARTER);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorMask<Float> UPPER_HALF = upper(HALF);
  private static final VectorMask<Float> UPPER_QUARTER = upper(QUARTER);
  private static final VectorMask<Float> UPPER_2 = upper(2);
  private static final VectorMask<Float> UPPER_1 = upper(1);

  private Transpose() {}

  /** Swaps each lane with the one at this distance. */
  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance);
  }

  /** The lanes that come second in the pairs at this distance. */
  private static VectorMask<Float> upper(int distance) {
    long bits = 0;
    for (int lane = 0; lane < LANES; lane++) {
      bits |= (lane & distance) != 0 ? 1L << lane : 0;
    }
    return VectorMask.fromLong(FLOATS, bits);
  }

  /**
   * A vector's width of rows: element (i, j), at source + i x strideBytes + 4 j, goes to index at + j x stride + i.
   *
   * @param depth floats of a row
   */
  public static void rows(Workspace workspace, long source, long strideBytes, int depth, float[] to, int at, int stride) {
    int whole;
    if (Panels.areHere()) {
      whole = depth / TransposeProgram.STEP * TransposeProgram.STEP;
      Panels.transpose(workspace, source, strideBytes, whole, to, at, stride);
    } else {
      whole = Lanes.wholeVectors(depth);
      for (int j = 0; j < whole; j += LANES) {
        block(source + (long) j * Float.BYTES, strideBytes, to, at + j * stride, stride, workspace.tile);
      }
    }
    for (int i = 0; whole < depth && i < LANES; i++) {
      row(source + i * strideBytes, whole, depth, to, at + i, stride);
    }
  }

  /** Elements {@code from} to {@code end} of one row. */
  public static void row(long source, int from, int end, float[] to, int at, int stride) {
    for (int j = from; j < end; j++) {
      to[at + j * stride] = Lanes.loadFloat(source + (long) j * Float.BYTES);
    }
  }

  /**
   * Element (i, j) of the block, at source + i x strideBytes + 4 j, goes to index at + j x stride + i.
   *
   * @param scratch of {@link #LANES} squared floats from {@link Workspace#ALIGNED}
   */
  private static void block(long source, long strideBytes, float[] to, int at, int stride, float[] scratch) {
    if (LANES == 4) {
      outer(source, strideBytes, to, at, stride);
    } else {
      outer(source, strideBytes, scratch, Workspace.ALIGNED, LANES);
      if (LANES == 8) {
        neighbours(scratch, to, at, stride);
      } else {
        inner(scratch, to, at, stride);
      }
    }
  }

  /** The first two steps: halves and quarters. */
  private static void outer(long source, long strideBytes, float[] to, int at, int stride) {
    long quarterBytes = QUARTER * strideBytes;
    for (int i = 0; i < QUARTER; i++) {
      long row = source + i * strideBytes;
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, Lanes.bounded(row), ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, Lanes.bounded(row + quarterBytes), ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, Lanes.bounded(row + 2 * quarterBytes), ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, Lanes.bounded(row + 3 * quarterBytes), ORDER);
      FloatVector y0 = x0.blend(x2.rearrange(SWAP_HALF), UPPER_HALF);
      FloatVector y1 = x1.blend(x3.rearrange(SWAP_HALF), UPPER_HALF);
      FloatVector y2 = x0.rearrange(SWAP_HALF).blend(x2, UPPER_HALF);
      FloatVector y3 = x1.rearrange(SWAP_HALF).blend(x3, UPPER_HALF);
      int first = at + i * stride;
      y0.blend(y1.rearrange(SWAP_QUARTER), UPPER_QUARTER).intoArray(to, first);
      y0.rearrange(SWAP_QUARTER).blend(y1, UPPER_QUARTER).intoArray(to, first + QUARTER * stride);
      y2.blend(y3.rearrange(SWAP_QUARTER), UPPER_QUARTER).intoArray(to, first + 2 * QUARTER * stride);
      y2.rearrange(SWAP_QUARTER).blend(y3, UPPER_QUARTER).intoArray(to, first + 3 * QUARTER * stride);
    }
  }

  /** The last two of four steps: distances 2 and 1. */
  private static void inner(float[] scratch, float[] to, int at, int stride) {
    for (int i = 0; i < LANES; i += 4) {
      int from = Workspace.ALIGNED + i * LANES;
      FloatVector x0 = FloatVector.fromArray(FLOATS, scratch, from);
      FloatVector x1 = FloatVector.fromArray(FLOATS, scratch, from + LANES);
      FloatVector x2 = FloatVector.fromArray(FLOATS, scratch, from + 2 * LANES);
      FloatVector x3 = FloatVector.fromArray(FLOATS, scratch, from + 3 * LANES);
      FloatVector y0 = x0.blend(x2.rearrange(SWAP_2), UPPER_2);
      FloatVector y1 = x1.blend(x3.rearrange(SWAP_2), UPPER_2);
      FloatVector y2 = x0.rearrange(SWAP_2).blend(x2, UPPER_2);
      FloatVector y3 = x1.rearrange(SWAP_2).blend(x3, UPPER_2);
      int first = at + i * stride;
      y0.blend(y1.rearrange(SWAP_1), UPPER_1).intoArray(to, first);
      y0.rearrange(SWAP_1).blend(y1, UPPER_1).intoArray(to, first + stride);
      y2.blend(y3.rearrange(SWAP_1), UPPER_1).intoArray(to, first + 2 * stride);
      y2.rearrange(SWAP_1).blend(y3, UPPER_1).intoArray(to, first + 3 * stride);
    }
  }

  /** The last of three steps: distance 1. */
  private static void neighbours(float[] scratch, float[] to, int at, int stride) {
    for (int i = 0; i < LANES; i += 2) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, scratch, Workspace.ALIGNED + i * LANES);
      FloatVector x1 = FloatVector.fromArray(FLOATS, scratch, Workspace.ALIGNED + (i + 1) * LANES);
      x0.blend(x1.rearrange(SWAP_1), UPPER_1).intoArray(to, at + i * stride);
      x0.rearrange(SWAP_1).blend(x1, UPPER_1).intoArray(to, at + (i + 1) * stride);
    }
  }
}
