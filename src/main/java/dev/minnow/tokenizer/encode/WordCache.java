package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Remembers the tokens of short words, which is nearly every word of natural text. A word is its own key, held in two longs, so that a
 * hit is two loads and two comparisons. Of fixed size: the newer of two words pushes out the older. For one thread at a time.
 */
final class WordCache {
  /** Bytes of a word; it has as many tokens at most. */
  static final int LONGEST = 15;

  /**
   * Longs of a word: first eight bytes; other seven bytes and the length on top; two token ids; two more. An absent id is -1. Of a word
   * with more tokens the third long is where they stand in {@link #rest}, with all bits inverted, so that it is negative.
   */
  private static final int WORD = 4;

  private static final int TOKENS_IN_WORD = 4;

  /** Words that may stand in one place; two of them fill a cache line of 64 bytes. */
  private static final int WAYS = 2;

  /**
   * 2 x 32,768 words are 2 MiB. The few hundred words that make up most of a text stay in the first-level cache however large this is,
   * and what a rare word costs is to be merged again: with a quarter of the words English took 1.4 times as long.
   */
  private static final int PLACE_BITS = 15;

  /** Tokens of the words that have too many of them: mostly white space and names of constants. */
  private static final int REST = 1 << 16;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** By length, which bits of a word's first eight bytes and of its other seven count. */
  private static final long[] LOW_MASKS = new long[LONGEST + 1];

  private static final long[] HIGH_MASKS = new long[LONGEST + 1];

  static {
    for (int length = 1; length <= LONGEST; length++) {
      LOW_MASKS[length] = length < 8 ? (1L << (8 * length)) - 1 : -1;
      HIGH_MASKS[length] = length > 8 ? (1L << (8 * length - 64)) - 1 : 0;
    }
  }

  private final long[] words = new long[(WORD * WAYS) << PLACE_BITS];
  private final int[] rest = new int[REST];
  private int restSize;

  private long low;
  private long high;
  private int place;

  /**
   * Writes the tokens of the word to {@code ids} from {@code at} on, and anything up to {@code at + LONGEST}, and returns their number;
   * returns 0 if they are not known, and the word is ready for {@link #remember}.
   */
  int find(byte[] text, int from, int length, int[] ids, int at) {
    long first;
    long second;
    if (from + 16 <= text.length) {
      first = (long) LONGS.get(text, from) & LOW_MASKS[length];
      second = (long) LONGS.get(text, from + 8) & HIGH_MASKS[length];
    } else {
      first = assemble(text, from, Math.min(length, 8));
      second = assemble(text, from + 8, length - 8);
    }
    second |= (long) length << 56;
    long hash = (first ^ second * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
    int newer = (int) (hash >>> (64 - PLACE_BITS)) * (WORD * WAYS);
    int older = newer + WORD;
    // Without a jump: which of two words it is no processor can foretell.
    long olderDiffers = (words[older] ^ first) | (words[older + 1] ^ second);
    int word = olderDiffers == 0 ? older : newer;
    if (words[word] != first || words[word + 1] != second) {
      low = first;
      high = second;
      place = newer;
      return 0;
    }
    long two = words[word + 2];
    if ((int) two < 0) {
      return copyRest((int) ~two, ids, at);
    }
    long more = words[word + 3];
    ids[at] = (int) two;
    ids[at + 1] = (int) (two >>> 32);
    ids[at + 2] = (int) more;
    ids[at + 3] = (int) (more >>> 32);
    return TOKENS_IN_WORD + (int) (two >> 63) + ((int) more >> 31) + (int) (more >> 63);
  }

  private static long assemble(byte[] text, int from, int length) {
    long word = 0;
    for (int i = 0; i < length; i++) {
      word |= (text[from + i] & 0xFFL) << (8 * i);
    }
    return word;
  }

  private int copyRest(int start, int[] ids, int at) {
    int count = rest[start];
    System.arraycopy(rest, start + 1, ids, at, count);
    return count;
  }

  /** Remembers {@code tokens[from, to)} as those of the word last looked for. */
  void remember(IntArrayList tokens, int from, int to) {
    long two;
    long more = -1;
    if (to - from > TOKENS_IN_WORD) {
      two = ~(long) keepRest(tokens, from, to);
    } else {
      two = two(tokens, from, to);
      more = two(tokens, from + 2, to);
    }
    System.arraycopy(words, place, words, place + WORD, WORD);
    words[place] = low;
    words[place + 1] = high;
    words[place + 2] = two;
    words[place + 3] = more;
  }

  /** Keeps the number of tokens and the tokens; where there is no place left all words are forgotten. */
  private int keepRest(IntArrayList tokens, int from, int to) {
    int count = to - from;
    if (restSize + 1 + count > REST) {
      Arrays.fill(words, 0);
      restSize = 0;
    }
    int start = restSize;
    rest[start] = count;
    tokens.getElements(from, rest, start + 1, count);
    restSize += 1 + count;
    return start;
  }

  private static long two(IntArrayList tokens, int from, int to) {
    long first = from < to ? tokens.getInt(from) : -1;
    long second = from + 1 < to ? tokens.getInt(from + 1) : -1;
    return (first & 0xFFFFFFFFL) | (second << 32);
  }
}
