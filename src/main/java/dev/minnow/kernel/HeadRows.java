package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/**
 * Where the rows of each head lie in a tensor of attention.
 *
 * @param address of the first head's first row in the first sequence
 * @param rowBytes from a position to the next
 * @param sequenceBytes from a sequence to the next
 * @param headBytes from a head to the next
 * @param headWidth D
 */
record HeadRows(long address, long rowBytes, long sequenceBytes, long headBytes, int headWidth) {
  /** Rows of {@code part} 0, 1 or 2 of (N, {@code parts} x C): query, key and value of (N, 3C), or the one part of (N, C). */
  static HeadRows of(long address, int part, int parts, AttentionShape shape) {
    long partBytes = (long) shape.width() * Float.BYTES;
    long rowBytes = parts * partBytes;
    return new HeadRows(
        address + part * partBytes, rowBytes, shape.context() * rowBytes, (long) shape.headWidth() * Float.BYTES, shape.headWidth());
  }

  /** Rows of a cache (H, T, D): those of a head follow each other. */
  static HeadRows ofCache(Tensor cache) {
    long rowBytes = cache.dimension(2) * Float.BYTES;
    return new HeadRows(cache.address(), rowBytes, 0, cache.dimension(1) * rowBytes, (int) cache.dimension(2));
  }

  /** Address of a row. */
  long at(int sequence, int head, int position) {
    return address + sequence * sequenceBytes + position * rowBytes + head * headBytes;
  }
}
