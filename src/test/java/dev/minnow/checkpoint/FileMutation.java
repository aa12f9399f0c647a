package dev.minnow.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages the bytes of a file as an attacker or a bad disk would. */
final class FileMutation {
  /** Numbers at which sums, products and casts go wrong. */
  private static final long[] NUMBERS =
      {0, 1, -1, 2, 7, 13, 31, 63, 64, 255, 256, 65_535, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, 1L << 30, 1L << 31, 1L << 61,
          1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 31, -32, 0xFFFFFFFFL};

  private static final String[] WORDS =
      {"-1", "0", "1e309", "-0", "1.5", "99999999999999999999", "9223372036854775807", "2147483648", "1048577", "null", "true", "\"x\"",
          "\"\"", "[]", "{}", "[[[[[[[[", "{\"a\":{\"a\":", "\"\\ud800\"", "NaN", "\"../x\"", ",", ":", "\"", "\\", "\u0000"};

  private FileMutation() {}

  /** A changed copy; mostly near the start, where nearly every byte means something. */
  static byte[] mutate(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    for (int changes = random.nextBoolean() ? 1 : random.nextInt(2, 5); changes > 0 && changed.length > 0; changes--) {
      int at = random.nextInt(random.nextInt(4) == 0 ? changed.length : Math.min(changed.length, 1 << random.nextInt(4, 14)));
      changed =
          switch (random.nextInt(10)) {
            case 0 -> withByte(changed, at, (byte) random.nextInt());
            case 1 -> withByte(changed, at, (byte) (changed[at] ^ 1 << random.nextInt(8)));
            case 2 -> withNumber(changed, at, random);
            case 3 -> withNumber(changed, at / 4 * 4, random);
            case 4, 5 -> withWord(changed, at, random);
            case 6 -> Arrays.copyOf(changed, random.nextInt(changed.length));
            case 9 -> withNumber(changed, afterName(changed, at), random);
            case 7 -> without(changed, at, random.nextInt(1, 64));
            default -> repeated(changed, at, random.nextInt(1, 256));
          };
    }
    return changed;
  }

  /** In a GGUF file, where the value of the next key begins: behind the key's text and 4 bytes of a type. */
  private static int afterName(byte[] bytes, int at) {
    int i = at;
    while (i < bytes.length && bytes[i] != '.') {
      i++;
    }
    while (i < bytes.length && (Character.isLetterOrDigit(bytes[i]) || bytes[i] == '.' || bytes[i] == '_')) {
      i++;
    }
    return Math.min(i + Integer.BYTES, bytes.length - 1);
  }

  private static byte[] withByte(byte[] bytes, int at, byte value) {
    bytes[at] = value;
    return bytes;
  }

  private static byte[] withNumber(byte[] bytes, int at, Random random) {
    int width = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
    if (at + width > bytes.length) {
      return bytes;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    if (width == Long.BYTES) {
      buffer.putLong(at, number);
    } else {
      buffer.putInt(at, (int) number);
    }
    return bytes;
  }

  /** In place of a JSON value, if one is near. */
  private static byte[] withWord(byte[] bytes, int at, Random random) {
    byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
    int from = at;
    while (from < bytes.length && from < at + 64 && !Character.isDigit(bytes[from]) && bytes[from] != '"') {
      from++;
    }
    int to = from;
    while (to < bytes.length && to < from + 32 && (Character.isLetterOrDigit(bytes[to]) || bytes[to] == '"' && to == from)) {
      to++;
    }
    byte[] changed = new byte[bytes.length - (to - from) + word.length];
    System.arraycopy(bytes, 0, changed, 0, from);
    System.arraycopy(word, 0, changed, from, word.length);
    System.arraycopy(bytes, to, changed, from + word.length, bytes.length - to);
    return changed;
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] changed = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, changed, at, bytes.length - end);
    return changed;
  }

  private static byte[] repeated(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] changed = Arrays.copyOf(bytes, bytes.length + (end - at));
    System.arraycopy(bytes, at, changed, end, bytes.length - at);
    return changed;
  }
}
