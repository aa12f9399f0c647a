package dev.minnow.checkpoint.gguf;

import java.nio.ByteBuffer;

/**
 * Blocks of 32 elements with one 16-bit scale d, as ggml's reference code makes and reads them ({@code ggml-quants.c}). Of 4-bit
 * elements, the low halves of 16 bytes are elements 0 to 15 and the high halves elements 16 to 31.
 */
final class SmallBlocks {
  private static final int ELEMENTS = 32;
  private static final int HALF = ELEMENTS / 2;

  private SmallBlocks() {}

  private static float half(ByteBuffer block, int at) {
    return Float.float16ToFloat(block.getShort(at));
  }

  /** Scale, then 32 signed bytes q: d q. */
  static void decodeQ8x0(ByteBuffer block, int at, float[] target, int to) {
    float d = half(block, at);
    for (int i = 0; i < ELEMENTS; i++) {
      target[to + i] = block.get(at + 2 + i) * d;
    }
  }

  /** The largest magnitude becomes 127. */
  static boolean encodeQ8x0(float[] source, int from, ByteBuffer target, int at) {
    float largest = 0;
    for (int i = 0; i < ELEMENTS; i++) {
      largest = Math.max(largest, Math.abs(source[from + i]));
    }
    float d = largest / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    boolean finite = putScale(d, target, at);
    for (int i = 0; i < ELEMENTS; i++) {
      target.put(at + 2 + i, (byte) roundAwayFromZero(source[from + i] * inverse));
    }
    return finite;
  }

  /** C's {@code roundf}; {@link Math#round} takes halves upwards. */
  private static int roundAwayFromZero(float value) {
    int whole = (int) value;
    float rest = value - whole;
    return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
  }

  /** Scale, then 4-bit q: d (q - 8). */
  static void decodeQ4x0(ByteBuffer block, int at, float[] target, int to) {
    float d = half(block, at);
    for (int i = 0; i < HALF; i++) {
      int pair = block.get(at + 2 + i) & 0xFF;
      target[to + i] = ((pair & 15) - 8) * d;
      target[to + HALF + i] = ((pair >> 4) - 8) * d;
    }
  }

  /** The number of largest magnitude, the first of such, becomes -8. */
  static boolean encodeQ4x0(float[] source, int from, ByteBuffer target, int at) {
    float largest = 0;
    float signed = 0;
    boolean finite = true;
    for (int i = 0; i < ELEMENTS; i++) {
      float value = source[from + i];
      finite &= Float.isFinite(value);
      if (largest < Math.abs(value)) {
        largest = Math.abs(value);
        signed = value;
      }
    }
    float d = signed / -8;
    float inverse = d == 0 ? 0 : 1 / d;
    finite &= putScale(d, target, at);
    for (int i = 0; i < HALF; i++) {
      int low = Math.min(15, (byte) (source[from + i] * inverse + 8.5f));
      int high = Math.min(15, (byte) (source[from + HALF + i] * inverse + 8.5f));
      target.put(at + 2 + i, (byte) (low | high << 4));
    }
    return finite;
  }

  private static boolean putScale(float d, ByteBuffer target, int at) {
    short half = Float.floatToFloat16(d);
    target.putShort(at, half);
    return Float.isFinite(Float.float16ToFloat(half));
  }

  /** Scale and minimum m, then 4-bit q: d q + m. */
  static void decodeQ4x1(ByteBuffer block, int at, float[] target, int to) {
    float d = half(block, at);
    float m = half(block, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = block.get(at + 4 + i) & 0xFF;
      target[to + i] = (pair & 15) * d + m;
      target[to + HALF + i] = (pair >> 4) * d + m;
    }
  }

  /** Scale, the fifth bits of all elements, then the lower four: d (q - 16). */
  static void decodeQ5x0(ByteBuffer block, int at, float[] target, int to) {
    float d = half(block, at);
    int fifth = block.getInt(at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = block.get(at + 6 + i) & 0xFF;
      target[to + i] = ((pair & 15 | (fifth >>> i & 1) << 4) - 16) * d;
      target[to + HALF + i] = ((pair >> 4 | (fifth >>> HALF + i & 1) << 4) - 16) * d;
    }
  }

  /** Scale and minimum m, the fifth bits of all elements, then the lower four: d q + m. */
  static void decodeQ5x1(ByteBuffer block, int at, float[] target, int to) {
    float d = half(block, at);
    float m = half(block, at + 2);
    int fifth = block.getInt(at + 4);
    for (int i = 0; i < HALF; i++) {
      int pair = block.get(at + 8 + i) & 0xFF;
      target[to + i] = (pair & 15 | (fifth >>> i & 1) << 4) * d + m;
      target[to + HALF + i] = (pair >> 4 | (fifth >>> HALF + i & 1) << 4) * d + m;
    }
  }
}
