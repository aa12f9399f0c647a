package dev.minnow.checkpoint.gguf;

import dev.minnow.checkpoint.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A place in a mapped GGUF file, moving forward. Whatever a file says of a length or a number of things is compared with the bytes that
 * are left before anything is made of it.
 */
final class GgufCursor {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** ggml's own limit on strings and arrays. */
  private static final long MOST_OF_ANYTHING = 1L << 30;

  private final Path path;
  private final MemorySegment file;
  private long position;

  GgufCursor(Path path, MemorySegment file, long position) {
    this.path = path;
    this.file = file;
    this.position = position;
  }

  long position() {
    return position;
  }

  long left() {
    return file.byteSize() - position;
  }

  private long take(long bytes, String what) {
    if (bytes > left()) {
      throw malformed("it ends within " + what, null);
    }
    long start = position;
    position += bytes;
    return start;
  }

  byte int8(String what) {
    return file.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES, what));
  }

  short int16(String what) {
    return file.get(SHORT, take(Short.BYTES, what));
  }

  int int32(String what) {
    return file.get(INT, take(Integer.BYTES, what));
  }

  long int64(String what) {
    return file.get(LONG, take(Long.BYTES, what));
  }

  void skip(long bytes, String what) {
    take(bytes, what);
  }

  /**
   * An unsigned 64-bit number of things, each of which takes at least so many of the bytes that are left.
   *
   * @param most that is accepted in any case
   */
  long count(String what, long most, long leastBytesOfOne) {
    long count = int64("the number of " + what);
    if (count < 0 || count > most) {
      throw malformed("it claims " + Long.toUnsignedString(count) + " " + what + ", over the limit of " + most, null);
    }
    if (count > left() / leastBytesOfOne) {
      throw malformed("it claims " + count + " " + what + ", more than the " + left() + " bytes that follow can hold", null);
    }
    return count;
  }

  /** The elements of an array, of a type whose values take at least so many bytes. */
  long arrayCount(String what, GgufValueType type) {
    return count("elements of " + what, MOST_OF_ANYTHING, type.leastBytes());
  }

  /** Moves past a string without reading it. */
  void skipString(String what) {
    take(count("bytes of " + what, MOST_OF_ANYTHING, 1), what);
  }

  /**
   * A string of UTF-8.
   *
   * @param most bytes that it may have
   */
  String string(String what, int most) {
    int length = (int) count("bytes of " + what, most, 1);
    byte[] bytes = new byte[length];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, take(length, what), bytes, 0, length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(what + " is not UTF-8", e);
    }
  }

  /** The type of a value or of an array's elements. */
  GgufValueType type(String what) {
    int id = int32("the type of " + what);
    if (id < 0 || id >= GgufValueType.values().length) {
      throw malformed(what + " has the unknown type " + Integer.toUnsignedString(id), null);
    }
    return GgufValueType.values()[id];
  }

  CheckpointException malformed(String problem, @Nullable Throwable cause) {
    return new CheckpointException(path + " is not a whole GGUF file: " + problem + "; copy or make it again.", cause);
  }
}
