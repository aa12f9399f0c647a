package dev.minnow.memory;

/** What the elements of a tensor are and how they lie in memory, little-endian. */
public enum ElementType {
  /** IEEE 754 single precision, row after row. */
  F32(4),
  /** Signed 32-bit integers, row after row: token ids. */
  I32(4),
  /**
   * {@link Bfloat16} matrices in {@link Blocks} of 32 x 32: what a matrix unit multiplies. Rows and columns that complete the last blocks
   * are zero, whoever writes the rest.
   */
  BF16_BLOCKS(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Bytes of a tensor of this shape, with what completes its blocks. */
  public long bytes(long... shape) {
    return this == BF16_BLOCKS ? Blocks.bytes(shape) : Tensor.elementCount(shape) * bytes;
  }
}
