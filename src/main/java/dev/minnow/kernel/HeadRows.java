package dev.minnow.kernel;

/**
 * Where the rows of each head lie in a tensor of attention.
 *
 * @param address of the first head's first row in the first sequence
 * @param rowBytes from a position to the next
 * @param sequenceBytes from a sequence to the next
 * @param headWidth D
 */
record HeadRows(long address, long rowBytes, long sequenceBytes, int headWidth) {
  /** Rows of {@code part} 0, 1 or 2 of (N, {@code parts} x C): query, key and value of (N, 3C), or the one part of (N, C). */
  static HeadRows of(long address, int part, int parts, AttentionShape shape) {
    long partBytes = (long) shape.width() * Float.BYTES;
    long rowBytes = parts * partBytes;
    return new HeadRows(address + part * partBytes, rowBytes, shape.context() * rowBytes, shape.headWidth());
  }

  /** Address of a row. */
  long at(int sequence, int head, int position) {
    return address + sequence * sequenceBytes + position * rowBytes + (long) head * headWidth * Float.BYTES;
  }
}
