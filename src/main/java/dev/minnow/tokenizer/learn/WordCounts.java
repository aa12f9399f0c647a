package dev.minnow.tokenizer.learn;

import dev.minnow.tokenizer.encode.PieceCache;
import dev.minnow.tokenizer.split.Splitter;
import it.unimi.dsi.fastutil.bytes.ByteArrays;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/** How often each piece of text occurs. The pieces' bytes lie in one array, so that a million of them are not a million objects. */
public final class WordCounts {
  /**
   * A longer piece (a picture in base64, a line without spaces) counts as several of at most so many bytes: what merges learn from it
   * differs by one pair in 65,536, and no text makes one word of its own size.
   */
  static final int LONGEST_WORD = 1 << 16;

  /** What learning takes for each byte of a word: a token of 4 bytes, and up to 6 for the positions of pairs ({@link PairIndex}). */
  private static final int LEARNING_BYTES_PER_BYTE = 10;

  /** And for each word: a boundary among the tokens (10), and before that its start, hash, count, share of the slots and sort key (36). */
  private static final int LEARNING_BYTES_PER_WORD = 46;

  private static final int NO_WORD = -1;

  /** What {@link #forgetRarest} took away. */
  record Forgotten(long words, long occurrences) {
    Forgotten plus(Forgotten other) {
      return new Forgotten(words + other.words, occurrences + other.occurrences);
    }
  }

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

  /** About how much memory it takes to learn from these words, in bytes. */
  long learningBytes() {
    return learningBytes(size, starts[size]);
  }

  private static long learningBytes(long words, long bytes) {
    return LEARNING_BYTES_PER_WORD * words + LEARNING_BYTES_PER_BYTE * bytes;
  }

  /** Counts the pieces of {@code text[from, to)}. */
  void addPieces(Splitter splitter, byte[] text, int from, int to) {
    for (int start = from; start < to;) {
      int end = splitter.pieceEnd(text, start, to);
      for (; end - start > LONGEST_WORD; start += LONGEST_WORD) {
        add(text, start, start + LONGEST_WORD, hash(text, start, start + LONGEST_WORD), 1);
      }
      add(text, start, end, hash(text, start, end), 1);
      start = end;
    }
  }

  /** Adds what another has counted. */
  void addAll(WordCounts other) {
    for (int word = 0; word < other.size; word++) {
      add(other.bytes, other.starts[word], other.starts[word + 1], other.hashes[word], other.counts[word]);
    }
  }

  void clear() {
    size = 0;
    Arrays.fill(slots, NO_WORD);
  }

  /**
   * Forgets all words that occur once, then all that occur twice, and so on, until learning from the others takes at most so much
   * memory. What stays depends on the counts only.
   */
  Forgotten forgetRarest(long mostLearningBytes) {
    if (learningBytes() <= mostLearningBytes) {
      return new Forgotten(0, 0);
    }
    long least = leastCountKept(mostLearningBytes);
    long words = 0;
    long occurrences = 0;
    int kept = 0;
    for (int word = 0; word < size; word++) {
      if (counts[word] < least) {
        words++;
        occurrences += counts[word];
      } else {
        move(word, kept++);
      }
    }
    size = kept;
    Arrays.fill(slots, NO_WORD);
    fillSlots();
    return new Forgotten(words, occurrences);
  }

  /** The smallest count at which the words that occur at least so often take at most so much memory. */
  private long leastCountKept(long mostLearningBytes) {
    Long2LongOpenHashMap bytesByCount = new Long2LongOpenHashMap();
    for (int word = 0; word < size; word++) {
      bytesByCount.addTo(counts[word], learningBytes(1, length(word)));
    }
    long[] ascending = bytesByCount.keySet().toLongArray();
    Arrays.sort(ascending);
    long least = Long.MAX_VALUE;
    long total = 0;
    for (int i = ascending.length - 1; i >= 0; i--) {
      total += bytesByCount.get(ascending[i]);
      if (total > mostLearningBytes) {
        break;
      }
      least = ascending[i];
    }
    return least;
  }

  private void move(int word, int to) {
    int length = length(word);
    System.arraycopy(bytes, starts[word], bytes, starts[to], length);
    starts[to + 1] = starts[to] + length;
    hashes[to] = hashes[word];
    counts[to] = counts[word];
  }

  private void add(byte[] text, int from, int to, int hash, long count) {
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
      slots = emptySlots(slots.length * 2);
      fillSlots();
    }
  }

  private int append(byte[] text, int from, int to, int hash, long count) {
    int word = size++;
    starts = IntArrays.grow(starts, size + 1);
    hashes = IntArrays.grow(hashes, size);
    counts = LongArrays.grow(counts, size);
    int start = starts[word];
    if (to - from > Integer.MAX_VALUE - 8 - start) {
      throw new IllegalStateException("A document has more than 2 GiB of different words; train on smaller documents.");
    }
    int end = start + to - from;
    bytes = ByteArrays.grow(bytes, end);
    System.arraycopy(text, from, bytes, start, to - from);
    starts[word + 1] = end;
    hashes[word] = hash;
    counts[word] = count;
    return word;
  }

  private void fillSlots() {
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
