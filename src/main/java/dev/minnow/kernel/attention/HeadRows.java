package dev.minnow.kernel.attention;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.pool.RowFetch;
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
public record HeadRows(long address, long rowBytes, long sequenceBytes, long headBytes, int headWidth) {
  /** Query heads in queryKeyValue (N, (H+2G)D). */
  public static HeadRows ofQueries(long queryKeyValue, AttentionShape shape) {
    return of(queryKeyValue, 0, shape.queryKeyValueWidth(), shape);
  }

  /** The G heads of keys in queryKeyValue (N, (H+2G)D). */
  public static HeadRows ofKeys(long queryKeyValue, AttentionShape shape) {
    return of(queryKeyValue, shape.width(), shape.queryKeyValueWidth(), shape);
  }

  /** The G heads of values in queryKeyValue (N, (H+2G)D). */
  public static HeadRows ofValues(long queryKeyValue, AttentionShape shape) {
    return of(queryKeyValue, shape.width() + shape.keyValueWidth(), shape.queryKeyValueWidth(), shape);
  }

  /** Heads in results (N, HD). */
  public static HeadRows ofResults(long out, AttentionShape shape) {
    return of(out, 0, shape.width(), shape);
  }

  private static HeadRows of(long address, int firstColumn, int columns, AttentionShape shape) {
    long rowBytes = (long) columns * Float.BYTES;
    return new HeadRows(
        address + (long) firstColumn * Float.BYTES,
        rowBytes,
        shape.context() * rowBytes,
        (long) shape.headWidth() * Float.BYTES,
        shape.headWidth());
  }

  /** Rows of a cache (G, T, D): those of a head follow each other. */
  public static HeadRows ofCache(Tensor cache) {
    long rowBytes = cache.dimension(2) * Float.BYTES;
    return new HeadRows(cache.address(), rowBytes, 0, cache.dimension(1) * rowBytes, (int) cache.dimension(2));
  }

  /** Asks for rows of a head, if any, from one position on. */
  void fetch(RowFetch ahead, int sequence, int head, int position, int count) {
    ahead.add(at(sequence, head, position), headWidth, rowBytes, count);
  }

  /** Address of a row. */
  public long at(int sequence, int head, int position) {
    return address + sequence * sequenceBytes + position * rowBytes + head * headBytes;
  }
}
