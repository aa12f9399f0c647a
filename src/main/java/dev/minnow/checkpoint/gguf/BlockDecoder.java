package dev.minnow.checkpoint.gguf;

import java.nio.ByteBuffer;

/** Turns one block of stored elements into floats. */
interface BlockDecoder {
  /** Decodes the block at {@code at} of {@code block}, little-endian, into {@code target} from {@code to} on. */
  void decode(ByteBuffer block, int at, float[] target, int to);
}
