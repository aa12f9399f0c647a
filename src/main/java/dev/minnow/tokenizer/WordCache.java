package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Remembers the tokens of short words: up to {@value #LONGEST} bytes and {@value #MOST_TOKENS} tokens, which is nearly every word of
 * natural text. A word is its own key, held in two longs, so that a hit is two loads and two comparisons. Of fixed size: the newer of
 * two words pushes out the older. For one thread at a time.
 */
final class WordCache {
  static final int LONGEST = 15;
  static final int MOST_TOKENS = 4;

  /** Longs of a word: first eight bytes; other seven bytes and the length on top; two token ids; two more. An absent id is -1. */
  private static final int WORD = 4;

  /** Words that may stand in one place; two of them fill a cache line of 64 bytes. */
  private static final int WAYS = 2;

  /** 2 x 8,192 words are 512 KiB, half of a usual second-level cache. */
  private static final int PLACE_BITS = 13;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long[] words = new long[(WORD * WAYS) << PLACE_BITS];

  private long low;
  private long high;
  private int place;

  /** Adds the tokens of the word to {@code out} and returns true if they are known; else the word is ready for {@link #remember}. */
  boolean find(byte[] text, int from, int length, IntArrayList out) {
    if (from + 16 <= text.length) {
      long first = (long) LONGS.get(text, from);
      if (length <= 8) {
        low = first & -1L >>> (64 - 8 * length);
        high = 0;
      } else {
        low = first;
        high = (long) LONGS.get(text, from + 8) & -1L >>> (128 - 8 * length);
      }
    } else {
      low = assemble(text, from, Math.min(length, 8));
      high = assemble(text, from + 8, length - 8);
    }
    high |= (long) length << 56;
    long hash = (low ^ high * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
    place = (int) (hash >>> (64 - PLACE_BITS)) * (WORD * WAYS);
    return take(place, out) || take(place + WORD, out);
  }

  private static long assemble(byte[] text, int from, int length) {
    long word = 0;
    for (int i = 0; i < length; i++) {
      word |= (text[from + i] & 0xFFL) << (8 * i);
    }
    return word;
  }

  private boolean take(int at, IntArrayList out) {
    if (words[at] != low || words[at + 1] != high) {
      return false;
    }
    long ids = words[at + 2];
    out.add((int) ids);
    if (ids >= 0) {
      out.add((int) (ids >>> 32));
      ids = words[at + 3];
      if ((int) ids >= 0) {
        out.add((int) ids);
        if (ids >= 0) {
          out.add((int) (ids >>> 32));
        }
      }
    }
    return true;
  }

  /** Remembers {@code tokens[from, to)}, at most {@value #MOST_TOKENS}, as those of the word last looked for. */
  void remember(IntArrayList tokens, int from, int to) {
    System.arraycopy(words, place, words, place + WORD, WORD);
    words[place] = low;
    words[place + 1] = high;
    words[place + 2] = two(tokens, from, to);
    words[place + 3] = two(tokens, from + 2, to);
  }

  private static long two(IntArrayList tokens, int from, int to) {
    long first = from < to ? tokens.getInt(from) : -1;
    long second = from + 1 < to ? tokens.getInt(from + 1) : -1;
    return (first & 0xFFFFFFFFL) | (second << 32);
  }
}
