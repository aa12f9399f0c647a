package dev.minnow.kernel.code;

/** One of the numbers that a function of machine code finds, eight bytes each, from the address on that it is called with. */
public interface CodeArgument {
  /** Its place among the function's arguments, counted from 0. */
  int ordinal();

  /** Bytes from the first argument to it. */
  default int offset() {
    return ordinal() * Long.BYTES;
  }
}
