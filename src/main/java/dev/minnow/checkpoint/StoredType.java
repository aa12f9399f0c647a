package dev.minnow.checkpoint;

/**
 * What one element of a stored tensor is, under its safetensors name. The order is that of the format's own writer, which puts the types
 * of greatest alignment first: a type that stands later here is written earlier.
 */
enum StoredType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private final int bits;

  StoredType(int bits) {
    this.bits = bits;
  }

  /** Bits of one element. */
  int bits() {
    return bits;
  }

  /** Whether {@link StoredTensor} can turn it into F32 without loss. */
  boolean widensToFloat() {
    return this == F32 || this == F16 || this == BF16;
  }
}
