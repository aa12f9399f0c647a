package dev.minnow.tokenizer.learn;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;

/**
 * The words that merges are learned from, as tokens, in one array with a boundary before and after each word. A token keeps the places of
 * its bytes: its id stands at the first, and the complement of its id at the last if that is another. So its neighbours are found at
 * once on both sides, merging two tokens moves nothing, and what stood at a place can be told from what stands there now.
 */
final class WordTokens {
  /** What there is before the first and after the last token of a word; and what stands inside a token. */
  static final int BOUNDARY = Integer.MIN_VALUE;

  /** Receives pairs of neighbours. */
  interface PairVisitor {
    /**
     * Called for each pair.
     *
     * @param position of the left token
     * @param count occurrences of the word that the pair is in
     */
    void visit(int left, int right, int position, long count);
  }

  private final int[] places;

  /** Where, in ascending order, the words of one count end, and that count. */
  private final int[] groupEnds;

  private final long[] groupCounts;
  private int group;

  /** Length in bytes, by token. */
  private int[] lengths = new int[512];

  /**
   * @param words those of one byte are left out, there is nothing to merge in them
   * @param idOfByte token ids by byte value
   */
  WordTokens(WordCounts words, int[] idOfByte) {
    long[] order = byCount(words);
    long size = 1;
    for (long key : order) {
      size += words.length((int) key) + 1L;
    }
    this.places = new int[Math.toIntExact(size)];
    IntArrayList ends = new IntArrayList();
    LongArrayList counts = new LongArrayList();
    int at = 0;
    places[at++] = BOUNDARY;
    for (int i = 0; i < order.length; i++) {
      int word = (int) order[i];
      for (int index = 0; index < words.length(word); index++) {
        places[at++] = idOfByte[words.byteAt(word, index)];
      }
      places[at++] = BOUNDARY;
      if (i + 1 == order.length || words.count((int) order[i + 1]) != words.count(word)) {
        ends.add(at);
        counts.add(words.count(word));
      }
    }
    this.groupEnds = ends.toIntArray();
    this.groupCounts = counts.toLongArray();
    for (int id : idOfByte) {
      setLength(id, 1);
    }
  }

  /** Indexes of words in the lower half, so that there are few groups of equal count; above 2^31 equal counts may lie apart. */
  private static long[] byCount(WordCounts words) {
    long[] keys = new long[words.size()];
    int size = 0;
    for (int word = 0; word < keys.length; word++) {
      if (words.length(word) > 1) {
        keys[size++] = -Math.min(words.count(word), Integer.MAX_VALUE) << 32 | word;
      }
    }
    long[] sorted = size == keys.length ? keys : Arrays.copyOf(keys, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Number of places: positions are below it. */
  int size() {
    return places.length;
  }

  /** Length of a token in bytes. */
  int length(int token) {
    return lengths[token];
  }

  private void setLength(int token, int length) {
    lengths = IntArrays.grow(lengths, token + 1);
    lengths[token] = length;
  }

  /** Makes a token known, before it is the product of a merge. */
  void define(int product, int left, int right) {
    setLength(product, lengths[left] + lengths[right]);
  }

  /** Whether these two tokens stand at a position, which was once that of the left one. */
  boolean isPair(int position, int left, int right) {
    return places[position] == left && places[position + lengths[left]] == right;
  }

  /** The token before the one at a position, or {@link #BOUNDARY}. */
  int before(int position) {
    int last = places[position - 1];
    return last >= 0 || last == BOUNDARY ? last : ~last;
  }

  /** The token after the one at a position, or {@link #BOUNDARY}. */
  int after(int position) {
    return places[position + lengths[places[position]]];
  }

  /** Occurrences of the word at a position; fast if the last question was for one nearby. */
  long count(int position) {
    if (position >= groupEnds[group] || (group > 0 && position < groupEnds[group - 1])) {
      int found = Arrays.binarySearch(groupEnds, position);
      group = found < 0 ? ~found : found + 1;
    }
    return groupCounts[group];
  }

  /** Merges a token and the one after it. */
  void merge(int position, int product) {
    int right = position + lengths[places[position]];
    places[right] = BOUNDARY;
    places[position + lengths[product] - 1] = ~product;
    places[position] = product;
  }

  /** Shows every pair of neighbours, in order of positions. */
  void forEachPair(PairVisitor visitor) {
    int position = 0;
    for (int i = 0; i < groupEnds.length; i++) {
      while (position < groupEnds[i]) {
        int token = places[position];
        if (token == BOUNDARY) {
          position++;
          continue;
        }
        int next = position + lengths[token];
        if (places[next] != BOUNDARY) {
          visitor.visit(token, places[next], position, groupCounts[i]);
        }
        position = next;
      }
    }
  }
}
