package dev.minnow.kernel.lane;

import dev.minnow.kernel.code.InstructionSet;

/** How machine code finds numbers in memory, two vectors of floats at a time; it computes with floats. */
public enum NumberForm {
  FLOATS(Float.BYTES),
  /** The upper halves of floats. */
  BFLOATS(Short.BYTES);

  private final int numberBytes;

  NumberForm(int numberBytes) {
    this.numberBytes = numberBytes;
  }

  /** Bytes of as many numbers as two vectors have lanes. */
  public int bytes(InstructionSet set) {
    return 2 * set.floats * numberBytes;
  }
}
