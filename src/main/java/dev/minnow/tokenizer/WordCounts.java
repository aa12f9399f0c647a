package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.bytes.ByteArrays;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/** How often each piece of text occurs. The pieces' bytes lie in one array, so that a million of them are not a million objects. */
final class WordCounts {
  private static final int NO_WORD = -1;

  private byte[] bytes = new byte[1 << 16];
  private int[] starts = new int[1 << 12];
  private int[] hashes = new int[1 << 12];
  private long[] counts = new long[1 << 12];
  private int size;

  /** Open addressing: word indexes by hash, at most half full. */
  private int[] slots = emptySlots(1 << 13);

  int size() {
    return size;
  }

  long count(int word) {
    return counts[word];
  }

  /** Length of a word in bytes. */
  int length(int word) {
    return starts[word + 1] - starts[word];
  }

  /** The value, 0..255, of a word's byte. */
  int byteAt(int word, int index) {
    return bytes[starts[word] + index] & 0xFF;
  }

  /** Counts the pieces of {@code text[from, to)}. */
  void addPieces(Splitter splitter, byte[] text, int from, int to) {
    for (int start = from; start < to;) {
      int end = splitter.pieceEnd(text, start, to);
      add(text, start, end, 1);
      start = end;
    }
  }

  /** Adds what another has counted. */
  void addAll(WordCounts other) {
    for (int word = 0; word < other.size; word++) {
      add(other.bytes, other.starts[word], other.starts[word + 1], other.counts[word]);
    }
  }

  private void add(byte[] text, int from, int to, long count) {
    int hash = hash(text, from, to);
    int mask = slots.length - 1;
    int slot = hash & mask;
    for (int word = slots[slot]; word != NO_WORD; word = slots[slot]) {
      if (hashes[word] == hash && Arrays.equals(bytes, starts[word], starts[word + 1], text, from, to)) {
        counts[word] += count;
        return;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = append(text, from, to, hash, count);
    if (size * 2 > slots.length) {
      rehash();
    }
  }

  private int append(byte[] text, int from, int to, int hash, long count) {
    int word = size++;
    starts = IntArrays.grow(starts, size + 1);
    hashes = IntArrays.grow(hashes, size);
    counts = LongArrays.grow(counts, size);
    int start = starts[word];
    if (to - from > Integer.MAX_VALUE - 8 - start) {
      throw new IllegalStateException("The text has more than 2 GiB of different words; train on a part of it.");
    }
    int end = start + to - from;
    bytes = ByteArrays.grow(bytes, end);
    System.arraycopy(text, from, bytes, start, to - from);
    starts[word + 1] = end;
    hashes[word] = hash;
    counts[word] = count;
    return word;
  }

  private void rehash() {
    slots = emptySlots(slots.length * 2);
    int mask = slots.length - 1;
    for (int word = 0; word < size; word++) {
      int slot = hashes[word] & mask;
      while (slots[slot] != NO_WORD) {
        slot = slot + 1 & mask;
      }
      slots[slot] = word;
    }
  }

  private static int[] emptySlots(int length) {
    int[] slots = new int[length];
    Arrays.fill(slots, NO_WORD);
    return slots;
  }

  private static int hash(byte[] text, int from, int to) {
    long hash = PieceCache.hash(text, from, to);
    return (int) (hash >>> 32);
  }
}
