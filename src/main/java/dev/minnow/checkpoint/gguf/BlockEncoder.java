package dev.minnow.checkpoint.gguf;

import java.nio.ByteBuffer;

/** Turns floats into one block of stored elements. */
interface BlockEncoder {
  /**
   * Encodes the elements of {@code source} from {@code from} on into a block at {@code at} of {@code target}, little-endian.
   *
   * @return whether the type can hold these numbers: that none is NaN, infinite, or beyond what its 16-bit floats reach
   */
  boolean encode(float[] source, int from, ByteBuffer target, int at);
}
