package dev.minnow.kernel.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The part of an {@link Assembler} that knows no instructions: bytes of code, and data among them. */
public abstract class CodeBytes {
  private ByteBuffer code = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

  /** Bytes written so far: the place of the next instruction. */
  public int position() {
    return code.position();
  }

  /** All bytes. */
  public byte[] toBytes() {
    return Arrays.copyOf(code.array(), code.position());
  }

  /** Bytes that are no instruction, at a multiple of 64. */
  public int data(byte... bytes) {
    while (position() % 64 != 0) {
      emit(0);
    }
    int at = position();
    for (byte b : bytes) {
      emit(b);
    }
    return at;
  }

  /** Integers of four bytes in the code; returns the place of the first. */
  public int integers(int... values) {
    byte[] bytes = new byte[values.length * Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return data(bytes);
  }

  /** Floats in the code; returns the place of the first. */
  public int floats(float... values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return data(bytes);
  }

  final void emit(int... bytes) {
    if (code.remaining() < bytes.length) {
      code = ByteBuffer.allocate(2 * code.capacity()).order(ByteOrder.LITTLE_ENDIAN).put(code.flip());
    }
    for (int b : bytes) {
      code.put((byte) b);
    }
  }

  final void emitInt(int value) {
    emit(value, value >> 8, value >> 16, value >> 24);
  }

  /** Writes the distance from an earlier place to here into the four bytes that end there. */
  final void putDistance(int from) {
    code.putInt(from - Integer.BYTES, position() - from);
  }
}
