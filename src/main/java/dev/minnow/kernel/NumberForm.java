package dev.minnow.kernel;

/** How machine code finds numbers in memory, {@link #COUNT} of them at a time; it computes with floats. */
enum NumberForm {
  FLOATS(Float.BYTES),
  /** The upper halves of floats. */
  BFLOATS(Short.BYTES);

  /** Two vectors of floats. */
  static final int COUNT = 2 * VectorCode.FLOATS;

  /** Of {@link #COUNT} numbers. */
  final int bytes;

  NumberForm(int numberBytes) {
    this.bytes = COUNT * numberBytes;
  }
}
