package dev.minnow.checkpoint.gguf;

import java.nio.ByteBuffer;

/**
 * Blocks of 256 elements with 16-bit scales of smaller scales ("K quants"), as ggml's reference code reads them
 * ({@code ggml-quants.c}).
 */
final class SuperBlocks {
  private SuperBlocks() {}

  private static float half(ByteBuffer block, int at) {
    return Float.float16ToFloat(block.getShort(at));
  }

  /** Scales d and dmin, 12 bytes of 6-bit scales and minima of 8 groups of 32, then 4-bit q: d scale q - dmin minimum. */
  static void decodeQ4K(ByteBuffer block, int at, float[] target, int to) {
    for (int group = 0; group < 8; group++) {
      float scale = half(block, at) * groupScale(block, at + 4, group);
      float minimum = half(block, at + 2) * groupMinimum(block, at + 4, group);
      int quants = at + 16 + group / 2 * 32;
      int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) {
        target[to + group * 32 + i] = scale * (block.get(quants + i) >> shift & 15) - minimum;
      }
    }
  }

  /** As Q4_K, with 32 bytes of fifth bits before the lower four: bit g of byte i is that of element i of group g. */
  static void decodeQ5K(ByteBuffer block, int at, float[] target, int to) {
    for (int group = 0; group < 8; group++) {
      float scale = half(block, at) * groupScale(block, at + 4, group);
      float minimum = half(block, at + 2) * groupMinimum(block, at + 4, group);
      int quants = at + 48 + group / 2 * 32;
      int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int fifth = block.get(at + 16 + i) >> group & 1;
        target[to + group * 32 + i] = scale * (block.get(quants + i) >> shift & 15 | fifth << 4) - minimum;
      }
    }
  }

  private static int groupScale(ByteBuffer block, int packed, int group) {
    return group < 4
        ? block.get(packed + group) & 63
        : block.get(packed + group + 4) & 15 | (block.get(packed + group - 4) >> 6 & 3) << 4;
  }

  private static int groupMinimum(ByteBuffer block, int packed, int group) {
    return group < 4
        ? block.get(packed + group + 4) & 63
        : block.get(packed + group + 4) >> 4 & 15 | (block.get(packed + group) >> 6 & 3) << 4;
  }

  /** 128 bytes of lower 4 bits, 64 of upper 2, signed 8-bit scales of 16 groups of 16, then the scale d: d scale (q - 32). */
  static void decodeQ6K(ByteBuffer block, int at, float[] target, int to) {
    float d = half(block, at + 208);
    for (int part = 0; part < 2; part++) {
      int lower = at + part * 64;
      int upper = at + 128 + part * 32;
      int scales = at + 192 + part * 8;
      for (int quarter = 0; quarter < 4; quarter++) {
        for (int i = 0; i < 32; i++) {
          int low = block.get(lower + quarter % 2 * 32 + i) >> quarter / 2 * 4 & 15;
          int high = block.get(upper + i) >> quarter * 2 & 3;
          float scale = d * block.get(scales + quarter * 2 + i / 16);
          target[to + part * 128 + quarter * 32 + i] = scale * ((low | high << 4) - 32);
        }
      }
    }
  }
}
