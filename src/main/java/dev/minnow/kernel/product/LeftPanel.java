package dev.minnow.kernel.product;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import jdk.incubator.vector.FloatVector;

/** Packs the left operand of a matrix product, {@link RegisterTile#ROWS} rows at a time, into {@link Workspace#left()}. */
final class LeftPanel {
  /** How a panel is packed. */
  enum Form {
    /** One row after the other, {@link RegisterTile#ROW_STRIDE} floats apart. */
    ROWS,
    /** One column after the other, {@link RegisterTile#ROWS} floats each. */
    COLUMNS
  }

  private static final int ROWS = RegisterTile.ROWS;
  private static final int LANES = Lanes.COUNT;

  /** Elements that whole vectors touch when they copy {@link #ROWS} of them. */
  static final int COPIED_ROWS = Math.ceilDiv(ROWS, LANES) * LANES;

  /** Panels of columns that are packed together: their values share cache lines, which are then read once and one after the other. */
  static final int GROUP = 4;

  private LeftPanel() {}

  /** How an operand's panels are packed: rows are copied where no machine code turns them. */
  static Form form(boolean inColumnOrder) {
    return inColumnOrder || Panels.areHere() ? Form.COLUMNS : Form.ROWS;
  }

  /**
   * One panel from {@code rows} x {@code depth} values, (r, k) at source + r x strideBytes + 4 k. What belongs to rows beyond {@code rows}
   * stays what it was: no one reads the outputs that it goes into.
   */
  static void packRows(Workspace scratch, long source, long strideBytes, int rows, int depth) {
    if (form(false) == Form.COLUMNS) {
      transpose(scratch, source, strideBytes, rows, depth);
      return;
    }
    float[] left = scratch.left();
    for (int r = 0; r < rows; r++) {
      copy(left, Workspace.ALIGNED + r * RegisterTile.ROW_STRIDE, source + r * strideBytes, depth);
    }
  }

  private static void copy(float[] to, int at, long source, int count) {
    int whole = Lanes.wholeVectors(count);
    long from = Lanes.bounded(source);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromMemorySegment(FLOATS, MEMORY, from + (long) i * Float.BYTES, ORDER).intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] = Lanes.loadFloat(source + (long) i * Float.BYTES);
    }
  }

  private static void transpose(Workspace scratch, long source, long strideBytes, int rows, int depth) {
    int whole = rows < ROWS ? 0 : depth / TransposeProgram.STEP * TransposeProgram.STEP;
    if (whole > 0) {
      Panels.transposeLeft(scratch, Workspace.ALIGNED, source, strideBytes, whole);
    }
    float[] left = scratch.left();
    for (int r = 0; r < rows; r++) {
      Transpose.row(source + r * strideBytes, whole, depth, left, Workspace.ALIGNED + r, ROWS);
    }
  }

  /** Floats from panel to panel of columns: the last vector that is copied to one reaches beyond it. */
  static int columnsStride(int depth) {
    return depth * ROWS + LANES;
  }

  /**
   * Up to {@link #GROUP} panels of columns from {@code rows} x {@code depth} values, (r, k) at source + k x strideBytes + 4 r.
   *
   * @param readable floats that may be read from source on: those to the end of the tensor
   */
  static void packColumns(Workspace scratch, long source, long strideBytes, int rows, int depth, long readable) {
    int panels = Math.ceilDiv(rows, ROWS);
    int stride = columnsStride(depth);
    long floatsAtOnce = (panels - 1) * (long) ROWS + COPIED_ROWS;
    long whole = readable < floatsAtOnce ? 0 : (readable - floatsAtOnce) / (strideBytes / Float.BYTES) + 1;
    int copied = (int) Math.min(depth, whole);
    float[] left = scratch.left();
    if (Panels.areHere()) {
      Panels.copyLeft(scratch, Workspace.ALIGNED, stride, source, strideBytes, panels, copied);
    } else {
      copyColumns(left, source, strideBytes, panels, copied, stride);
    }
    for (int k = copied; k < depth; k++) {
      for (int r = 0; r < rows; r++) {
        int at = Workspace.ALIGNED + r / ROWS * stride + k * ROWS + r % ROWS;
        left[at] = Lanes.loadFloat(source + k * strideBytes + (long) r * Float.BYTES);
      }
    }
  }

  /** In whole vectors: what is copied beyond {@link #ROWS} is overwritten by the next k, or belongs to no row and is not used. */
  private static void copyColumns(float[] left, long source, long strideBytes, int panels, int depth, int stride) {
    for (int k = 0; k < depth; k++) {
      for (int panel = 0; panel < panels; panel++) {
        long from = Lanes.bounded(source + k * strideBytes + (long) panel * ROWS * Float.BYTES);
        for (int r = 0; r < ROWS; r += LANES) {
          FloatVector.fromMemorySegment(FLOATS, MEMORY, from + (long) r * Float.BYTES, ORDER)
              .intoArray(left, Workspace.ALIGNED + panel * stride + k * ROWS + r);
        }
      }
    }
  }

  /**
   * The sum over k of each row of a panel of columns, to {@code sums} from {@link Workspace#ALIGNED}: every fourth k in a chain of its
   * own, so that four additions are under way.
   */
  static void sumColumns(float[] left, int start, int depth, float[] sums) {
    for (int r = 0; r < ROWS; r += LANES) {
      int from = start + r;
      FloatVector sum0 = FloatVector.zero(FLOATS);
      FloatVector sum1 = sum0;
      FloatVector sum2 = sum0;
      FloatVector sum3 = sum0;
      int k = 0;
      for (; k < depth - 3; k += 4) {
        sum0 = sum0.add(FloatVector.fromArray(FLOATS, left, from + k * ROWS));
        sum1 = sum1.add(FloatVector.fromArray(FLOATS, left, from + (k + 1) * ROWS));
        sum2 = sum2.add(FloatVector.fromArray(FLOATS, left, from + (k + 2) * ROWS));
        sum3 = sum3.add(FloatVector.fromArray(FLOATS, left, from + (k + 3) * ROWS));
      }
      for (; k < depth; k++) {
        sum0 = sum0.add(FloatVector.fromArray(FLOATS, left, from + k * ROWS));
      }
      sum0.add(sum1).add(sum2.add(sum3)).intoArray(sums, Workspace.ALIGNED + r);
    }
  }
}
