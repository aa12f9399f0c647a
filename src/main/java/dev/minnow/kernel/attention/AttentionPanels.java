package dev.minnow.kernel.attention;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.product.Transpose;
import jdk.incubator.vector.FloatVector;

/**
 * How one head's rows get into panels of {@link PanelProduct} and out of them. A head wider than {@link PanelProduct#STRIDE} takes
 * several panels, one behind the other; columns of the last panel beyond the head's width are never read into a result.
 */
final class AttentionPanels {
  private static final int STRIDE = PanelProduct.STRIDE;

  private AttentionPanels() {}

  /** Panels that hold rows of this width. */
  static int count(int headWidth) {
    return Math.ceilDiv(headWidth, STRIDE);
  }

  /** Columns of the panel with this number. */
  static int columns(int headWidth, int panel) {
    return Math.min(STRIDE, headWidth - panel * STRIDE);
  }

  /**
   * Packs rows times {@code factor}: {@code rows} of them, {@code rowBytes} apart from {@code address} on, into panels of
   * {@code panelRows} rows from {@code at} on.
   */
  static void pack(float[] s, int at, int panelRows, long address, long rowBytes, int rows, int headWidth, float factor) {
    for (int panel = 0; panel < count(headWidth); panel++) {
      int first = at + panel * panelRows * STRIDE;
      long column = address + (long) panel * STRIDE * Float.BYTES;
      for (int row = 0; row < rows; row++) {
        packRow(s, first + row * STRIDE, column + row * rowBytes, columns(headWidth, panel), factor);
      }
    }
  }

  private static void packRow(float[] s, int at, long address, int columns, float factor) {
    int whole = Lanes.wholeVectors(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromMemorySegment(FLOATS, MEMORY, address + (long) i * Float.BYTES, ORDER).mul(factor).intoArray(s, at + i);
    }
    for (int i = whole; i < columns; i++) {
      s[at + i] = Lanes.loadFloat(address + (long) i * Float.BYTES) * factor;
    }
  }

  /** Packs up to 64 rows as {@link #pack} does, but transposed: element (row, column) goes to (column, row) of the panel. */
  static void packTransposed(Workspace workspace, float[] s, int at, long address, long rowBytes, int rows, int headWidth, float factor) {
    int whole = Lanes.wholeVectors(rows);
    for (int panel = 0; panel < count(headWidth); panel++) {
      int to = at + panel * STRIDE * STRIDE;
      long from = address + (long) panel * STRIDE * Float.BYTES;
      int columns = columns(headWidth, panel);
      for (int row = 0; row < whole; row += Lanes.COUNT) {
        Transpose.rows(workspace, from + row * rowBytes, rowBytes, columns, s, to + row, STRIDE);
      }
      for (int row = whole; row < rows; row++) {
        Transpose.row(from + row * rowBytes, 0, columns, s, to + row, STRIDE);
      }
      for (int column = 0; factor != 1 && column < columns; column++) {
        multiply(s, to + column * STRIDE, rows, factor);
      }
    }
  }

  private static void multiply(float[] s, int at, int count, float factor) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, at + i).mul(factor).intoArray(s, at + i);
    }
    for (int i = whole; i < count; i++) {
      s[at + i] *= factor;
    }
  }

  /** Multiplies each row of panels of 64 rows by a factor of its own. */
  static void multiplyRows(float[] s, int at, int rows, int headWidth, int factors) {
    for (int panel = 0; panel < count(headWidth); panel++) {
      for (int row = 0; row < rows; row++) {
        multiply(s, at + (panel * STRIDE + row) * STRIDE, columns(headWidth, panel), s[factors + row]);
      }
    }
  }

  /** Writes panel rows times {@code factor} to memory, the reverse of {@link #pack}. */
  static void unpack(float[] s, int at, int panelRows, long address, long rowBytes, int rows, int headWidth, float factor) {
    for (int panel = 0; panel < count(headWidth); panel++) {
      int first = at + panel * panelRows * STRIDE;
      long column = address + (long) panel * STRIDE * Float.BYTES;
      for (int row = 0; row < rows; row++) {
        unpackRow(s, first + row * STRIDE, column + row * rowBytes, columns(headWidth, panel), factor);
      }
    }
  }

  /** Writes one panel row times {@code factor} to memory. */
  static void unpackRow(float[] s, int at, long address, int columns, float factor) {
    int whole = Lanes.wholeVectors(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, at + i).mul(factor).intoMemorySegment(MEMORY, address + (long) i * Float.BYTES, ORDER);
    }
    for (int i = whole; i < columns; i++) {
      Lanes.storeFloat(s[at + i] * factor, address + (long) i * Float.BYTES);
    }
  }

  /** Adds panel rows times {@code factor} to rows in memory. */
  static void addTo(float[] s, int at, int panelRows, long address, long rowBytes, int rows, int headWidth, float factor) {
    for (int panel = 0; panel < count(headWidth); panel++) {
      int first = at + panel * panelRows * STRIDE;
      long column = address + (long) panel * STRIDE * Float.BYTES;
      for (int row = 0; row < rows; row++) {
        addRowTo(s, first + row * STRIDE, column + row * rowBytes, columns(headWidth, panel), factor);
      }
    }
  }

  private static void addRowTo(float[] s, int at, long address, int columns, float factor) {
    int whole = Lanes.wholeVectors(columns);
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long target = address + (long) i * Float.BYTES;
      FloatVector.fromArray(FLOATS, s, at + i)
          .fma(factors, FloatVector.fromMemorySegment(FLOATS, MEMORY, target, ORDER))
          .intoMemorySegment(MEMORY, target, ORDER);
    }
    for (int i = whole; i < columns; i++) {
      long target = address + (long) i * Float.BYTES;
      Lanes.storeFloat(Math.fma(s[at + i], factor, Lanes.loadFloat(target)), target);
    }
  }
}
