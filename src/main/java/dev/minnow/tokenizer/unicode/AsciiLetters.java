package dev.minnow.tokenizer.unicode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Runs of the letters A to Z and a to z, eight bytes at a time: no jump depends on a word's length, which no processor can foretell. */
public final class AsciiLetters {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;
  private static final long TOP = 0x8080808080808080L;

  private AsciiLetters() {}

  /**
   * The end of the run of letters that starts at {@code at}, which may be empty. It may stop early, before another letter, but only where
   * fewer than eight bytes are left before {@code to}.
   */
  public static int runEnd(byte[] text, int at, int to) {
    int end = at;
    while (end + 8 <= to) {
      int letters = leadingLetters((long) LONGS.get(text, end));
      end += letters;
      if (letters < 8) {
        return end;
      }
    }
    return end;
  }

  /** How many of eight bytes, from the lowest on, are letters before the first that is none. */
  private static int leadingLetters(long bytes) {
    // Lower case, without a top bit, so that no sum carries into the next byte. Other characters stay other characters.
    long lower = (bytes | (0x20 * EACH)) & ~TOP;
    long fromA = lower + (0x80 - 'a') * EACH;
    long afterZ = lower + (0x80 - 'z' - 1) * EACH;
    long others = (~fromA | afterZ | bytes) & TOP;
    return Long.numberOfTrailingZeros(others) >>> 3;
  }
}
