package dev.minnow.tokenizer.encode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2's printable stand-ins for the 256 byte values, in which tokens are written in files. Printable bytes of Latin-1 stand for
 * themselves; the other 68, in ascending order, are written as U+0100 to U+0143.
 */
public final class ByteAlphabet {
  private static final char FIRST_STAND_IN = 0x100;
  private static final int CHARACTERS = FIRST_STAND_IN + 68;
  private static final char[] CHARACTER_OF_BYTE = new char[256];
  private static final short[] BYTE_OF_CHARACTER = new short[CHARACTERS];

  static {
    Arrays.fill(BYTE_OF_CHARACTER, (short) -1);
    char next = FIRST_STAND_IN;
    for (int value = 0; value < 256; value++) {
      boolean printable = (value >= 0x21 && value <= 0x7E) || (value >= 0xA1 && value != 0xAD);
      char character = printable ? (char) value : next++;
      CHARACTER_OF_BYTE[value] = character;
      BYTE_OF_CHARACTER[character] = (short) value;
    }
  }

  private ByteAlphabet() {}

  /** The byte values 0..255 in ascending order of their stand-ins: the order in which GPT-2 and Hugging Face number them. */
  public static int[] byteValuesInOrder() {
    int[] values = new int[256];
    int count = 0;
    for (short value : BYTE_OF_CHARACTER) {
      if (value >= 0) {
        values[count++] = value;
      }
    }
    return values;
  }

  /** Whether a byte's stand-in is the character that it is in ASCII. */
  public static boolean isItself(byte value) {
    return value >= 0 && CHARACTER_OF_BYTE[value] == value;
  }

  /** A token's bytes as files write them. */
  public static String write(byte[] bytes) {
    char[] characters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      characters[i] = CHARACTER_OF_BYTE[bytes[i] & 0xFF];
    }
    return new String(characters);
  }

  /** The bytes of a token as files write it, or null if a character is outside the alphabet. */
  public static byte @Nullable [] read(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char character = token.charAt(i);
      int value = character < CHARACTERS ? BYTE_OF_CHARACTER[character] : -1;
      if (value < 0) {
        return null;
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
