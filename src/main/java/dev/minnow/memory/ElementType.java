package dev.minnow.memory;

/** What one element of a tensor is, little-endian. */
public enum ElementType {
  /** IEEE 754 single precision. */
  F32(4),
  /** Signed 32-bit integer: token ids. */
  I32(4);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
