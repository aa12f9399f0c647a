package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongComparator;
import it.unimi.dsi.fastutil.objects.ObjectArrayList;
import it.unimi.dsi.fastutil.objects.ObjectHeapPriorityQueue;
import java.util.OptionalLong;

/**
 * Finds the most frequent pair of neighbouring tokens again and again, and merges it everywhere. Counts follow each merge by the words
 * that it changes, never by another pass; the order of the words does not matter.
 */
final class MergeLearner {
  /** A pair's place in the queue, with its count when it was put there. */
  private record Candidate(long pair, long count) {}

  /** One pair of neighbours: how often it occurs, and where. A word stays listed when the pair is gone from it. */
  private static final class Occurrences {
    private final long pair;
    private long count;
    private final IntArrayList words = new IntArrayList(2);
    private boolean grown;

    private Occurrences(long pair) {
      this.pair = pair;
    }
  }

  /** The tokens of all words, one word after the other; a word shrinks in its place. */
  private final int[] tokens;

  private final int[] starts;
  private final int[] lengths;
  private final long[] frequencies;
  private final Long2ObjectOpenHashMap<Occurrences> occurrences = new Long2ObjectOpenHashMap<>();
  private final ObjectHeapPriorityQueue<Candidate> candidates;

  /** Pairs that became more frequent by the merge at hand. */
  private final ObjectArrayList<Occurrences> grown = new ObjectArrayList<>();

  /**
   * @param idOfByte token ids by byte value
   * @param tieOrder which pair goes first of those that are equally frequent
   */
  MergeLearner(WordCounts words, int[] idOfByte, LongComparator tieOrder) {
    int count = words.size();
    this.starts = new int[count];
    this.lengths = new int[count];
    this.frequencies = new long[count];
    int total = 0;
    for (int word = 0; word < count; word++) {
      starts[word] = total;
      lengths[word] = words.length(word);
      frequencies[word] = words.count(word);
      total = Math.addExact(total, lengths[word]);
    }
    this.tokens = new int[total];
    for (int word = 0; word < count; word++) {
      for (int i = 0; i < lengths[word]; i++) {
        tokens[starts[word] + i] = idOfByte[words.byteAt(word, i)];
      }
    }
    this.candidates =
        new ObjectHeapPriorityQueue<>(
            (one, other) -> one.count != other.count ? Long.compare(other.count, one.count) : tieOrder.compare(one.pair, other.pair));
    countPairs();
  }

  private void countPairs() {
    for (int word = 0; word < starts.length; word++) {
      for (int i = starts[word]; i + 1 < starts[word] + lengths[word]; i++) {
        add(tokens[i], tokens[i + 1], word);
      }
    }
    queueGrown();
  }

  /** The most frequent pair, {@link MergeRules#pair}, or nothing when no two tokens are neighbours any more. */
  OptionalLong mostFrequentPair() {
    while (!candidates.isEmpty()) {
      Candidate candidate = candidates.dequeue();
      Occurrences now = occurrences.get(candidate.pair);
      if (now != null && now.count == candidate.count) {
        return OptionalLong.of(candidate.pair);
      }
      if (now != null) {
        candidates.enqueue(new Candidate(candidate.pair, now.count));
      }
    }
    return OptionalLong.empty();
  }

  /** Replaces a pair of neighbours by a token in every word. */
  void merge(long pair, int product) {
    Occurrences merged = occurrences.remove(pair);
    for (int word : merged.words) {
      mergeInWord(word, MergeRules.left(pair), MergeRules.right(pair), product);
    }
    queueGrown();
  }

  private void mergeInWord(int word, int left, int right, int product) {
    int end = starts[word] + lengths[word];
    int out = starts[word];
    int in = out;
    while (in < end) {
      if (in + 1 < end && tokens[in] == left && tokens[in + 1] == right) {
        if (out > starts[word]) {
          remove(tokens[out - 1], left, word);
          add(tokens[out - 1], product, word);
        }
        if (in + 2 < end) {
          remove(right, tokens[in + 2], word);
          add(product, tokens[in + 2], word);
        }
        tokens[out++] = product;
        in += 2;
      } else {
        tokens[out++] = tokens[in++];
      }
    }
    lengths[word] = out - starts[word];
  }

  private void add(int left, int right, int word) {
    long pair = MergeRules.pair(left, right);
    Occurrences found = occurrences.get(pair);
    if (found == null) {
      found = new Occurrences(pair);
      occurrences.put(pair, found);
    }
    found.count += frequencies[word];
    IntArrayList words = found.words;
    if (words.isEmpty() || words.getInt(words.size() - 1) != word) {
      words.add(word);
    }
    if (!found.grown) {
      found.grown = true;
      grown.add(found);
    }
  }

  private void remove(int left, int right, int word) {
    Occurrences found = occurrences.get(MergeRules.pair(left, right));
    if (found != null) {
      found.count -= frequencies[word];
      if (found.count == 0) {
        occurrences.remove(found.pair);
      }
    }
  }

  private void queueGrown() {
    for (Occurrences pair : grown) {
      pair.grown = false;
      if (pair.count > 0) {
        candidates.enqueue(new Candidate(pair.pair, pair.count));
      }
    }
    grown.clear();
  }
}
