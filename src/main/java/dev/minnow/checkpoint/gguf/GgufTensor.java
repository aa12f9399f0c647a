package dev.minnow.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor of a GGUF file, where it lies in the mapped file.
 *
 * @param name unique in its file
 * @param type of its blocks
 * @param shape dimensions, row-major: the reverse of how the file lists them
 * @param bytes its blocks, row after row
 */
public record GgufTensor(String name, GgmlType type, List<Long> shape, MemorySegment bytes) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements that are decoded at a time, of every type a whole number of blocks. */
  private static final int CHUNK = 4096;

  /** Elements of one row. */
  public long rowElements() {
    return shape.isEmpty() ? 1 : shape.getLast();
  }

  /**
   * Decodes elements of this tensor into F32.
   *
   * @param first element, the first of a block
   * @param count of elements, a whole number of blocks
   * @param target gets them from byte {@code targetOffset} on
   * @throws IllegalStateException if the type is not {@linkplain GgmlType#isReadable readable}
   */
  public void decode(long first, long count, MemorySegment target, long targetOffset) {
    if (type == GgmlType.F32) {
      MemorySegment.copy(bytes, first * Float.BYTES, target, targetOffset, count * Float.BYTES);
      return;
    }
    BlockDecoder decoder = type.decoder().orElseThrow(() -> new IllegalStateException("Minnow does not read " + type + "."));
    byte[] blocks = new byte[(int) type.bytes(CHUNK)];
    ByteBuffer block = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
    float[] decoded = new float[CHUNK];
    for (long done = 0; done < count; done += CHUNK) {
      int part = (int) Math.min(CHUNK, count - done);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, type.bytes(first + done), blocks, 0, (int) type.bytes(part));
      for (int at = 0, element = 0; element < part; at += type.blockBytes(), element += type.blockElements()) {
        decoder.decode(block, at, decoded, element);
      }
      MemorySegment.copy(decoded, 0, target, FLOAT, targetOffset + done * Float.BYTES, part);
    }
  }
}
