package dev.minnow.kernel.product;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import jdk.incubator.vector.FloatVector;

/** Writes a finished tile of {@link RegisterTile} to the output in memory, or the part of it that lies inside. */
final class TileStore {
  /** What becomes of the products. */
  enum Output {
    /** They are the output. */
    SET,
    /** With a float for each column they are the output. */
    SET_PLUS_BIAS,
    /** They are added to the output. */
    ADD
  }

  private static final int LANES = Lanes.COUNT;
  private static final int COLUMNS = RegisterTile.COLUMNS;

  private TileStore() {}

  /** Stores a tile as {@code output} says; bias is the address of a float for each column, for {@link Output#SET_PLUS_BIAS}. */
  static void store(Output output, float[] tile, long out, long strideBytes, int rows, int columns, long bias) {
    switch (output) {
      case SET -> set(tile, out, strideBytes, rows, columns);
      case SET_PLUS_BIAS -> setPlusBias(tile, out, strideBytes, rows, columns, bias);
      case ADD -> add(tile, out, strideBytes, rows, columns);
    }
  }

  /** out (rows, columns) = tile; rows of the output are {@code strideBytes} apart. */
  private static void set(float[] tile, long out, long strideBytes, int rows, int columns) {
    if (columns == COLUMNS) {
      for (int r = 0; r < rows; r++) {
        int t = Workspace.ALIGNED + r * COLUMNS;
        long row = Lanes.bounded(out + r * strideBytes);
        FloatVector.fromArray(FLOATS, tile, t).intoMemorySegment(MEMORY, row, ORDER);
        FloatVector.fromArray(FLOATS, tile, t + LANES).intoMemorySegment(MEMORY, row + Lanes.BYTES, ORDER);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          Lanes.storeFloat(tile[Workspace.ALIGNED + r * COLUMNS + c], out + r * strideBytes + (long) c * Float.BYTES);
        }
      }
    }
  }

  /** out (rows, columns) = tile + bias (columns). */
  private static void setPlusBias(float[] tile, long out, long strideBytes, int rows, int columns, long bias) {
    if (columns == COLUMNS) {
      FloatVector bias0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, bias, ORDER);
      FloatVector bias1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, bias + Lanes.BYTES, ORDER);
      for (int r = 0; r < rows; r++) {
        int t = Workspace.ALIGNED + r * COLUMNS;
        long row = Lanes.bounded(out + r * strideBytes);
        FloatVector.fromArray(FLOATS, tile, t).add(bias0).intoMemorySegment(MEMORY, row, ORDER);
        FloatVector.fromArray(FLOATS, tile, t + LANES).add(bias1).intoMemorySegment(MEMORY, row + Lanes.BYTES, ORDER);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          long at = (long) c * Float.BYTES;
          Lanes.storeFloat(tile[Workspace.ALIGNED + r * COLUMNS + c] + Lanes.loadFloat(bias + at), out + r * strideBytes + at);
        }
      }
    }
  }

  /** out (rows, columns) += tile. */
  private static void add(float[] tile, long out, long strideBytes, int rows, int columns) {
    if (columns == COLUMNS) {
      for (int r = 0; r < rows; r++) {
        int t = Workspace.ALIGNED + r * COLUMNS;
        long row = Lanes.bounded(out + r * strideBytes);
        FloatVector.fromMemorySegment(FLOATS, MEMORY, row, ORDER)
            .add(FloatVector.fromArray(FLOATS, tile, t))
            .intoMemorySegment(MEMORY, row, ORDER);
        FloatVector.fromMemorySegment(FLOATS, MEMORY, row + Lanes.BYTES, ORDER)
            .add(FloatVector.fromArray(FLOATS, tile, t + LANES))
            .intoMemorySegment(MEMORY, row + Lanes.BYTES, ORDER);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          long at = out + r * strideBytes + (long) c * Float.BYTES;
          Lanes.storeFloat(Lanes.loadFloat(at) + tile[Workspace.ALIGNED + r * COLUMNS + c], at);
        }
      }
    }
  }
}
