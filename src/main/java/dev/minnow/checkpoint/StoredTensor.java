package dev.minnow.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a tensor as a file holds them, read as F32: F16 and BF16 widen exactly.
 *
 * @param type F32, F16 or BF16
 * @param bytes its elements, row-major, little-endian, of any alignment
 */
record StoredTensor(StoredType type, MemorySegment bytes) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements of one side of a transposed tile: 64 x 64 floats are 16 KiB, a third of a 48 KiB L1 cache. */
  private static final int TILE = 64;

  /** Elements that are widened at a time. */
  private static final int CHUNK = 4096;

  StoredTensor {
    if (!type.widensToFloat()) {
      throw new IllegalArgumentException("A tensor of " + type + " cannot be read as F32.");
    }
  }

  /** Reads {@code count} elements from {@code first} on into {@code target}. */
  void read(long first, float[] target, int targetOffset, int count) {
    if (type == StoredType.F32) {
      MemorySegment.copy(bytes, FLOAT, first * Float.BYTES, target, targetOffset, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      short stored = bytes.get(SHORT, (first + i) * Short.BYTES);
      target[targetOffset + i] = type == StoredType.F16 ? Float.float16ToFloat(stored) : Float.intBitsToFloat(stored << 16);
    }
  }

  /** Copies elements {@code from} (inclusive) to {@code to} (exclusive) to the same places of {@code target}, F32. */
  void copy(long from, long to, MemorySegment target) {
    if (type == StoredType.F32) {
      MemorySegment.copy(bytes, from * Float.BYTES, target, from * Float.BYTES, (to - from) * Float.BYTES);
      return;
    }
    float[] chunk = new float[CHUNK];
    for (long first = from; first < to; first += CHUNK) {
      int count = (int) Math.min(CHUNK, to - first);
      read(first, chunk, 0, count);
      MemorySegment.copy(chunk, 0, target, FLOAT, first * Float.BYTES, count);
    }
  }

  /**
   * Writes rows {@code from} (inclusive) to {@code to} (exclusive) of this matrix's transpose.
   *
   * @param rows of this matrix, the columns of the transpose
   * @param columns of this matrix, the rows of the transpose
   * @param target (to - from, rows), F32
   */
  void transpose(long rows, long columns, long from, long to, MemorySegment target) {
    float[] tile = new float[TILE * TILE];
    float[] line = new float[TILE];
    for (long column = from; column < to; column += TILE) {
      int width = (int) Math.min(TILE, to - column);
      for (long row = 0; row < rows; row += TILE) {
        int height = (int) Math.min(TILE, rows - row);
        for (int i = 0; i < height; i++) {
          read((row + i) * columns + column, tile, i * TILE, width);
        }
        for (int j = 0; j < width; j++) {
          for (int i = 0; i < height; i++) {
            line[i] = tile[i * TILE + j];
          }
          MemorySegment.copy(line, 0, target, FLOAT, ((column - from + j) * rows + row) * Float.BYTES, height);
        }
      }
    }
  }
}
