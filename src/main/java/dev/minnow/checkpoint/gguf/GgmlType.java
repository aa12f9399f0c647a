package dev.minnow.checkpoint.gguf;

import java.util.Optional;

/** How the elements of a tensor in a GGUF file are stored: in blocks of so many elements, each of so many bytes. */
public enum GgmlType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17);

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  GgmlType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The type with this number in a file; empty for numbers that were never given or were taken back. */
  static Optional<GgmlType> of(int id) {
    for (GgmlType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Its number in a file. */
  int id() {
    return id;
  }

  /** Elements of one block: a row is a whole number of them. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Bytes of a whole number of blocks. */
  long bytes(long elements) {
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /** Whether Minnow can turn it into F32. */
  public boolean isReadable() {
    return decoder().isPresent();
  }

  /** Whether Minnow can make it from F32. */
  public boolean isWritable() {
    return encoder().isPresent();
  }

  Optional<BlockDecoder> decoder() {
    return Optional.ofNullable(
        switch (this) {
          case F32 -> FloatBlocks.F32;
          case F16 -> FloatBlocks.F16;
          case BF16 -> FloatBlocks.BF16;
          case Q4_0 -> SmallBlocks::decodeQ4x0;
          case Q4_1 -> SmallBlocks::decodeQ4x1;
          case Q5_0 -> SmallBlocks::decodeQ5x0;
          case Q5_1 -> SmallBlocks::decodeQ5x1;
          case Q8_0 -> SmallBlocks::decodeQ8x0;
          case Q4_K -> SuperBlocks::decodeQ4K;
          case Q5_K -> SuperBlocks::decodeQ5K;
          case Q6_K -> SuperBlocks::decodeQ6K;
          default -> null;
        });
  }

  Optional<BlockEncoder> encoder() {
    return Optional.ofNullable(
        switch (this) {
          case F32 -> FloatBlocks.F32;
          case F16 -> FloatBlocks.F16;
          case BF16 -> FloatBlocks.BF16;
          case Q4_0 -> SmallBlocks::encodeQ4x0;
          case Q8_0 -> SmallBlocks::encodeQ8x0;
          default -> null;
        });
  }
}
