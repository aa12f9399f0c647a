package dev.minnow.kernel.row;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.MEMORY;
import static dev.minnow.kernel.lane.Lanes.ORDER;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of floats.
 *
 * @param address of element (0, 0)
 * @param rowBytes from a row to the next
 */
public record FloatRows(long address, long rowBytes) implements Rows {
  /** Those of a matrix. */
  public static FloatRows of(Tensor matrix) {
    return new FloatRows(matrix.address(), matrix.dimension(1) * Float.BYTES);
  }

  /** Address of an element. */
  public long at(int row, int column) {
    return address + row * rowBytes + (long) column * Float.BYTES;
  }

  @Override
  public void load(int row, int column, int count, float[] to, int at) {
    load(at(row, column), count, to, at);
  }

  @Override
  public void store(int row, int column, int count, float[] from, int at) {
    store(at(row, column), count, from, at);
  }

  /** {@code count} floats from an address on to scratch. */
  public static void load(long address, int count, float[] to, int at) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromMemorySegment(FLOATS, MEMORY, address + (long) i * Float.BYTES, ORDER).intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] = Lanes.loadFloat(address + (long) i * Float.BYTES);
    }
  }

  /** {@code count} floats from scratch to an address and on. */
  static void store(long address, int count, float[] from, int at) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, from, at + i).intoMemorySegment(MEMORY, address + (long) i * Float.BYTES, ORDER);
    }
    for (int i = whole; i < count; i++) {
      Lanes.storeFloat(from[at + i], address + (long) i * Float.BYTES);
    }
  }

  /** Adds {@code count} floats of scratch at {@code from} to those at {@code to}. */
  public static void addTo(float[] s, int to, int from, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector.fromArray(FLOATS, s, to + i).add(FloatVector.fromArray(FLOATS, s, from + i)).intoArray(s, to + i);
    }
  }
}
