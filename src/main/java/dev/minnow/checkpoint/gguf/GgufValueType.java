package dev.minnow.checkpoint.gguf;

/** What a metadata value is; the order is that of the numbers in a file. */
enum GgufValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int leastBytes;

  GgufValueType(int leastBytes) {
    this.leastBytes = leastBytes;
  }

  /** Bytes of a value; of a string or an array at least. */
  int leastBytes() {
    return leastBytes;
  }

  boolean isWholeNumber() {
    return this != FLOAT32 && this != FLOAT64 && this != BOOL && this != STRING && this != ARRAY;
  }
}
