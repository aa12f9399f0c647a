package dev.minnow.kernel;

import dev.minnow.kernel.code.InstructionSet;

/** How machine code finds numbers in memory, two vectors of floats at a time; it computes with floats. */
enum NumberForm {
  FLOATS(Float.BYTES),
  /** The upper halves of floats. */
  BFLOATS(Short.BYTES);

  private final int numberBytes;

  NumberForm(int numberBytes) {
    this.numberBytes = numberBytes;
  }

  /** Bytes of as many numbers as two vectors have lanes. */
  int bytes(InstructionSet set) {
    return 2 * set.floats * numberBytes;
  }
}
